package sitrep

import (
	"cmp"
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
	d := c.begun()
	for i, make := range c.sections() {
		section, err := make.fill(ctx)
		if err != nil {
			return Document{}, err
		}
		section.ID, section.Number, section.Title = make.id, i+1, c.t("report.section."+make.id)
		if make.least > a.rank() {
			section = Section{ID: make.id, Number: i + 1, Title: section.Title, Standing: Content, Paragraphs: []string{c.t("report.withheld")}}
		}
		c.stand(&section, make.posts)
		d.Sections = append(d.Sections, section)
	}
	d.Signatures = c.signatures()
	was, err := c.corrected(ctx)
	if err != nil {
		return Document{}, err
	}
	d.Head = c.head(&d, was)
	return d, nil
}

// begun is the document without its sections.
func (c *composer) begun() Document {
	r, n, m := &c.report, 0, 0
	n, m = Received(c.inputs)
	d := Document{
		Lang: c.lang, Title: c.code(kindReport, "form", r.Period.Form), Number: r.Number(), Marking: c.audience(),
		From: c.m.Title(c.lang) + ", " + r.Text("originator"), Period: c.group(r.Period.From) + " – " + c.group(r.Period.To),
		Inputs: c.num(n) + "/" + c.num(m), Dated: r.Period.To,
		Says: Says{
			Colon: c.t("report.colon"), Page: c.t("report.page", "page", "{page}", "pages", "{pages}"), Addresses: c.t("report.addresses"),
			Inputs: c.t("report.sms.inputs"), Period: c.t("report.sms.period"), Missing: c.t("report.sms.missing"),
		},
	}
	if c.for5.inside() {
		d.Missing = c.missing()
	}
	if r.Text("corrects") != "" {
		d.Title = c.t("report.corrigendum", "form", d.Title)
	}
	if at := r.Known(); r.Text("status") == Released && !at.IsZero() {
		d.Dated = at
	} else {
		d.State = c.code(kindReport, "status", r.Text("status"))
	}
	return d
}

// stand says NIL only where everybody who had to say something did.
func (c *composer) stand(s *Section, byPosts bool) {
	if len(s.Paragraphs) > 0 || len(s.Tables) > 0 || len(s.Figures) > 0 {
		s.Standing = Content
		return
	}
	if !c.for5.inside() { // others are not told why there is nothing for them
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

// head is the block that a signal begins with.
func (c *composer) head(d, was *Document) []Line {
	r := &c.report
	n, m := Received(c.inputs)
	inputs := c.t("report.inputs", "n", c.num(n), "m", c.num(m))
	if d.Missing != "" {
		inputs += " – " + c.t("report.standing.NOT-RECEIVED") + c.t("report.colon") + d.Missing
	}
	precedence := c.code(kindReport, "precedence", cmp.Or(r.Text("precedence"), c.m.Precedence))
	lines := []Line{{c.t("report.marking"), d.Marking}, {c.t("report.number"), d.Number}, {c.t("report.precedence"), precedence}, {c.t("report.from"), d.From}}
	lines = append(lines, c.addressees()...)
	lines = append(lines, Line{c.t("report.period"), d.Period + " (" + c.t("report.halfopen") + ")"})
	if at := r.Known(); !at.IsZero() {
		lines = append(lines, Line{c.t("report.issued"), c.group(at)})
	}
	lines = append(lines, Line{c.t("report.inputs.label"), inputs})
	return append(lines, c.supersedes(d, was)...)
}

// addressees are those that the mission names, of a version that goes to others
// these alone.
func (c *composer) addressees() []Line {
	if !c.for5.inside() {
		return []Line{{c.t("report.to"), c.audience()}}
	}
	to := c.audience()
	if c.m.To != nil {
		to = cmp.Or(c.m.To(c.lang), to)
	}
	lines := []Line{{c.t("report.to"), to}}
	if c.m.Info != nil && c.m.Info(c.lang) != "" {
		lines = append(lines, Line{c.t("report.info"), c.m.Info(c.lang)})
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
	if c.for5.Owner != "" {
		return c.t("report.for.state", "state", c.Words.Country(c.lang, c.for5.Owner))
	}
	return c.t("report.for." + c.for5.ID)
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
		if c.for5.inside() {
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
func (c *composer) figure(ctx context.Context, q measure.Query) (Figure, bool, error) {
	f, err := c.Figures.Figure(ctx, c.who, q)
	if fail.Is(err, fail.Denied) || fail.Is(err, fail.NotFound) {
		return Figure{}, false, nil
	}
	if err != nil {
		return Figure{}, false, err
	}
	d, err := c.m.Measures.Get(q.Measure)
	if err != nil {
		return Figure{}, false, err
	}
	out := Figure{Label: d.Label.In(c.lang), Short: c.short(q.Measure), Value: c.t("report.unknown"), Measure: q.Measure, Address: f.Address}
	if f.Total != nil {
		out.Value = c.Words.Decimal(c.lang, f.Total.String())
	} else if !c.for5.inside() {
		out.Kept = true
		out.Value = c.t("report.withheld.figure") // what they may not see is not zero
	} else if f.Records == 0 && f.Unknowns == 0 && !q.From.IsZero() {
		out.Value = c.num(0) // the whole record of the period holds none
	}
	if !q.From.IsZero() {
		out.Label = c.t("report.inperiod", "label", out.Label)
	}
	if f.Unknowns > 0 && f.Total != nil {
		out.Value += " " + c.t("report.andunknown", "n", strconv.Itoa(f.Unknowns))
	}
	return out, true, nil
}

// short is the label of a figure that goes into a short message.
func (c *composer) short(id string) string {
	switch id {
	case "incidents.recorded", "incidents.killed", "strength.present", "casualties.deaths", "casualties.missing", "casualties.injured":
		return c.t("report.short." + strings.ReplaceAll(id, ".", "-"))
	}
	return ""
}

// figures are several, those that the audience may ask for.
func (c *composer) figures(ctx context.Context, queries ...measure.Query) ([]Figure, error) {
	var out []Figure
	for _, q := range queries {
		f, ok, err := c.figure(ctx, q)
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
