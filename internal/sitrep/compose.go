package sitrep

import (
	"context"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// Audience is for whom a report is composed. What it may see is decided by the
// markings of the records, through the same door as everything else.
type Audience struct {
	ID    string // internal, capital, partner, public
	Owner string // of a capital: the contributor, ISO 3166-1 alpha-3
}

// Internal is the mission itself: who works at headquarters and at the posts.
func Internal() Audience { return Audience{ID: "internal"} }

// Public is everybody.
func Public() Audience { return Audience{ID: "public"} }

// Partner are donors and others who support the mission.
func Partner() Audience { return Audience{ID: "partner"} }

// Capital is a contributing state, which sees its own people in full.
func Capital(state string) Audience { return Audience{ID: "capital", Owner: state} }

// actor is the reader as whom the record is asked.
func (a Audience) actor(mission string) access.Actor {
	grant := access.Grant{Role: access.RolePublic}
	switch a.ID {
	case "internal":
		grant = access.Grant{Role: access.RoleDuty, Mission: mission}
	case "capital":
		grant = access.Grant{Role: access.RoleMinistry, Mission: mission, Owner: a.Owner}
	case "partner":
		grant = access.Grant{Role: access.RoleDonor, Mission: mission}
	}
	return access.Actor{Name: "report", Grants: []access.Grant{grant}}
}

// composer makes one document.
type composer struct {
	*Service
	m      Mission
	lang   string
	for5   Audience
	who    access.Actor
	report Report
	asOf   record.AsOf
	inputs []Input
}

// Compose makes a report as an audience may read it, in a language. A released one
// says what was known when it was released; a draft, what is known now. That who
// asks may read the report at all is for the caller to have decided.
func (s *Service) Compose(ctx context.Context, r Report, a Audience, lang string) (Document, error) {
	m, err := s.mission(r.Mission)
	if err != nil {
		return Document{}, err
	}
	c := &composer{Service: s, m: m, lang: lang, for5: a, who: a.actor(m.ID), report: r, asOf: record.AsOf{Known: r.Known()}}
	// Who had to send is the mission's affair, whoever reads of it.
	for _, day := range r.Period.Days(m.Zone) {
		inputs, err := s.Inputs(ctx, Internal().actor(m.ID), m.ID, day, c.asOf)
		if err != nil {
			return Document{}, err
		}
		c.inputs = append(c.inputs, inputs...)
	}
	d := Document{Lang: lang, Title: c.code(kindReport, "form", r.Period.Form), Number: r.Number(), Marking: c.t("report.for." + a.ID)}
	if r.Text("status") != Released {
		d.State = c.code(kindReport, "status", r.Text("status"))
	}
	d.Head = c.head()
	for i, make := range c.sections() {
		section, err := make.fill(ctx)
		if err != nil {
			return Document{}, err
		}
		section.ID, section.Number, section.Title = make.id, i+1, c.t("report.section."+make.id)
		if make.internal && a.ID != "internal" {
			section = Section{ID: make.id, Number: i + 1, Title: section.Title, Standing: Content, Paragraphs: []string{c.t("report.withheld")}}
		}
		c.stand(&section, make.posts)
		d.Sections = append(d.Sections, section)
	}
	d.Signatures = c.signatures()
	return d, nil
}

// stand says NIL only where everybody who had to say something did.
func (c *composer) stand(s *Section, byPosts bool) {
	if len(s.Paragraphs) > 0 || len(s.Tables) > 0 || len(s.Figures) > 0 {
		s.Standing = Content
		return
	}
	if c.for5.ID != "internal" { // others are not told why there is nothing for them
		s.Standing, s.Says = Nil, c.t("report.nothing")
		return
	}
	n, m := Received(c.inputs)
	s.Standing = Nil
	if byPosts && n < m || byPosts && m == 0 {
		s.Standing = NotReceived
	}
	s.Says = c.t("report.standing." + string(s.Standing))
}

func (c *composer) head() []Line {
	r := &c.report
	n, m := Received(c.inputs)
	inputs := c.t("report.inputs", "n", c.num(n), "m", c.num(m))
	if missing := c.missing(); missing != "" && c.for5.ID == "internal" {
		inputs += " – " + c.t("report.standing.NOT-RECEIVED") + ": " + missing
	}
	lines := []Line{
		{c.t("report.from"), c.m.Title(c.lang) + ", " + r.Text("originator")},
		{c.t("report.to"), c.audience()},
		{c.t("report.period"), c.group(r.Period.From) + " – " + c.group(r.Period.To) + " (" + c.t("report.halfopen") + ")"},
		{c.t("report.inputs.label"), inputs},
	}
	if at := r.Known(); !at.IsZero() {
		lines = append(lines, Line{c.t("report.issued"), c.group(at)})
	}
	if ref := r.Text("corrects"); ref != "" {
		lines = append(lines, Line{c.t("report.supersedes"), ref})
		if text := r.Text("changes"); text != "" {
			lines = append(lines, Line{c.t("report.changes"), text})
		}
	}
	return lines
}

func (c *composer) missing() string {
	var names []string
	days := map[string]int{}
	for _, p := range c.inputs {
		if p.Received {
			continue
		}
		if days[p.Name]++; days[p.Name] == 1 {
			names = append(names, p.Name)
		}
	}
	for i, name := range names {
		if c.report.Period.Form != Daily {
			names[i] = name + " " + c.num(days[name])
		}
	}
	return strings.Join(names, ", ")
}

func (c *composer) audience() string {
	text := c.t("report.for." + c.for5.ID)
	if c.for5.Owner != "" {
		text += ": " + c.Words.Country(c.lang, c.for5.Owner)
	}
	return text
}

// signatures name offices to the mission; to others they say only when.
func (c *composer) signatures() []Line {
	var out []Line
	for _, step := range []string{"prepared", "checked", "released"} {
		at := instant(&c.report.Version, step)
		if at.IsZero() {
			continue
		}
		text := c.group(at)
		if c.for5.ID == "internal" {
			text = c.report.Text(step+"-by") + ", " + text
		}
		out = append(out, Line{c.t("report.signed." + step), text})
	}
	return out
}

func (c *composer) t(key string, pairs ...string) string {
	args := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return c.Words.Say(c.lang, key, args)
}

func (c *composer) num(n int) string { return c.Words.Number(c.lang, int64(n)) }

// group is a time as its date-time group on the mission's clocks, in Z where those
// have no letter.
func (c *composer) group(t time.Time) string {
	letter, ok := dtg.Letter(t.In(c.m.Zone))
	if !ok {
		letter = 'Z'
	}
	text, err := dtg.Format(t, letter)
	if err != nil {
		return t.UTC().Format(time.RFC3339)
	}
	return text
}

// code is a code of a field in words.
func (c *composer) code(kindID, field, code string) string {
	k, ok := c.m.Kinds.Get(kindID)
	if !ok || code == "" {
		return code
	}
	f, ok := k.Field(field)
	if !ok {
		return code
	}
	for i := range f.Codes {
		if f.Codes[i].ID == code {
			return f.Codes[i].Label.In(c.lang)
		}
	}
	return code
}

// label is a field in words.
func (c *composer) label(kindID, field string) string {
	if k, ok := c.m.Kinds.Get(kindID); ok {
		if f, ok := k.Field(field); ok {
			return f.Label.In(c.lang)
		}
	}
	return field
}

// whole is a number as said; what nobody said is not zero.
func (c *composer) whole(text string) string {
	if text == "" {
		return c.t("report.unsaid")
	}
	return c.Words.Decimal(c.lang, text)
}

// end is the last second of the period: what happened at its end is in the next.
func (c *composer) end() time.Time { return c.report.Period.To.Add(-time.Second) }

// in asks a measure for what happened in the period, and on for how it stood at
// its end.
func (c *composer) in(id string, by ...string) measure.Query {
	return measure.Query{Mission: c.m.ID, Measure: id, By: by, From: c.report.Period.From.Add(-time.Second), At: c.end(), Known: c.asOf.Known}
}

func (c *composer) on(id string, by ...string) measure.Query {
	q := c.in(id, by...)
	q.From = time.Time{}
	return q
}

// figure computes one, as the audience; false where it may not ask.
func (c *composer) figure(ctx context.Context, q measure.Query) (Figure, measure.Figure, bool, error) {
	f, err := c.Figures.Figure(ctx, c.who, q)
	if fail.Is(err, fail.Denied) || fail.Is(err, fail.NotFound) {
		return Figure{}, f, false, nil
	}
	if err != nil {
		return Figure{}, f, false, err
	}
	d, err := c.m.Measures.Get(q.Measure)
	if err != nil {
		return Figure{}, f, false, err
	}
	out := Figure{Label: d.Label.In(c.lang), Value: c.t("report.unknown"), Measure: q.Measure, Address: f.Address}
	if f.Total != nil {
		out.Value = c.Words.Decimal(c.lang, f.Total.String())
	} else if c.for5.ID != "internal" {
		out.Value = c.t("report.withheld.figure") // what they may not see is not zero
	} else if f.Records == 0 && f.Unknowns == 0 && !q.From.IsZero() {
		out.Value = c.num(0) // the whole record of the period holds none
	}
	if !q.From.IsZero() {
		out.Label = c.t("report.inperiod", "label", out.Label)
	}
	if f.Unknowns > 0 {
		out.Value += " " + c.t("report.andunknown", "n", strconv.Itoa(f.Unknowns))
	}
	return out, f, true, nil
}

// figures are several, those that the audience may ask for.
func (c *composer) figures(ctx context.Context, queries ...measure.Query) ([]Figure, error) {
	var out []Figure
	for _, q := range queries {
		f, _, ok, err := c.figure(ctx, q)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, f)
		}
	}
	return out, nil
}

// evidence are the records behind a figure, oldest first: what it counts and what
// it lists are the same.
func (c *composer) evidence(ctx context.Context, q measure.Query) (out []record.Version, err error) {
	for after := ""; ; {
		page, err := c.Figures.Records(ctx, c.who, q, after, record.MaxLimit)
		if fail.Is(err, fail.Denied) || fail.Is(err, fail.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, page.Versions...)
		if after = page.Next; after == "" {
			break
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}
