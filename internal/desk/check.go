package desk

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// told is a draft that its kind has read.
type told struct {
	draft     Draft
	key       record.Key
	kind      *kind.Kind
	canonical map[string]string        // what is said, in plain text
	blank     []string                 // fields that were left empty
	fields    map[string]journal.Value // canonical, sealed where it is about a person
	source    string
	grade     string
	given     string    // when it says it was reported, RFC 3339; "" where it does not say
	reported  time.Time // the same; zero where it does not say
	needs     []need
	unspoken  []string // needed fields that it does not speak of
	out       *Outcome

	digest uint64 // of a row
	series series // in which the call numbers it
	entry  journal.Entry
	id     journal.ID // provisional; zero when nothing is to be written
}

// need is a record that a draft points to and that comes with the same call.
type need struct {
	field string
	name  name
}

type name struct{ kind, ref string }

func (t *told) refuse(field, code string, args map[string]string) {
	t.out.Status = StatusRefused
	t.out.Problems = append(t.out.Problems, kind.Problem{Field: field, Code: code, Args: args})
}

func (t *told) refused() bool { return t.out.Status == StatusRefused }

// envelope takes the columns of the entry out of the fields.
func (t *told) envelope() map[string]string {
	raw := map[string]string{"ref": t.draft.Ref, "source": t.draft.Source, "grade": t.draft.Grade, "reported": ""}
	if !t.draft.Reported.IsZero() {
		raw["reported"] = t.draft.Reported.UTC().Format(time.RFC3339Nano)
	}
	fields := maps.Clone(t.draft.Fields)
	for _, f := range kind.Envelope() {
		if v, ok := fields[f.ID]; ok && raw[f.ID] == "" {
			raw[f.ID] = v
		}
		delete(fields, f.ID)
	}
	t.draft.Fields, t.draft.Ref = fields, strings.TrimSpace(raw["ref"])
	return raw
}

// read checks one draft by its kind and its envelope.
func (c *call) read(ctx context.Context, t *told) error {
	raw := t.envelope()
	k, ok := c.desk.Schema.Kind(c.mission, t.draft.Kind)
	if !ok {
		return fail.Newf(fail.NotFound, "konbit export --help lists the kinds", "the mission %s has no kind %q", c.mission, t.draft.Kind)
	}
	t.kind = k
	if t.draft.Ref == "" && t.draft.Row == 0 {
		ref, err := c.makeRef(ctx, t)
		if err != nil {
			return err
		}
		t.draft.Ref, raw["ref"] = ref, ref
	}
	t.key = record.Key{Mission: c.mission, Kind: k.ID, Ref: t.draft.Ref}
	t.out.Ref = t.draft.Ref

	field := ""
	env := c.env
	env.Exists = func(kindID, ref string) bool { return c.exists(ctx, t, field, name{kindID, ref}) }
	env.Now = c.now.Add(early)
	canonical, problems := k.Check(t.draft.Fields, env)
	field = "source"
	head, more := k.CheckEnvelope(raw, env)
	if c.err != nil {
		return c.err
	}
	t.canonical, t.source, t.grade = canonical, head["source"], head["grade"]
	t.draft.Ref = head["ref"]
	t.key.Ref, t.out.Ref = head["ref"], head["ref"]
	if at := head["reported"]; at != "" {
		t.given = at
		when, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return err
		}
		t.reported = when.UTC()
	}
	for id, v := range t.draft.Fields {
		if _, stated := canonical[id]; !stated && strings.TrimSpace(v) == "" {
			t.blank = append(t.blank, id)
		}
	}
	for _, p := range append(problems, more...) {
		if _, there := t.draft.Fields[p.Field]; p.Code == "required" && !there && t.draft.Row == 0 {
			// A form may speak of one field of a record that has the others.
			t.unspoken = append(t.unspoken, p.Field)
			continue
		}
		t.out.Status = StatusRefused
		t.out.Problems = append(t.out.Problems, c.hinted(ctx, p))
	}
	if c.err != nil {
		return c.err
	}
	return c.locate(ctx, t)
}

// early is how far ahead of this node's clock a statement may say it was reported.
const early = 5 * time.Minute

// makeRef names a record whose author left that to the desk.
func (c *call) makeRef(ctx context.Context, t *told) (string, error) {
	if t.draft.Form == "" {
		return NewRef(t.kind.ID, c.desk.Random)
	}
	ref := FormRef(c.mission, t.kind.ID, t.draft.Form)
	p, err := c.past(ctx, record.Key{Mission: c.mission, Kind: t.kind.ID, Ref: ref})
	if err != nil || len(p.steps) == 0 || p.hasForm(t.draft.Form) {
		return ref, err
	}
	// Two forms in a million million share a name; the second takes chance instead.
	return NewRef(t.kind.ID, c.desk.Random)
}

// exists tells whether a draft may point to a record: it stands in the store,
// or comes with the same call or batch.
func (c *call) exists(ctx context.Context, t *told, field string, n name) bool {
	if c.err != nil {
		return true
	}
	known, asked := c.there[n]
	if !asked {
		there, err := c.known(ctx, record.Key{Mission: c.mission, Kind: n.kind, Ref: n.ref})
		if err != nil {
			c.err = err
			return true
		}
		known = there || c.opt.Known != nil && c.opt.Known(n.kind, n.ref)
		c.there[n] = known
	}
	if known {
		return true
	}
	if !c.coming[n] {
		return false
	}
	t.needs = append(t.needs, need{field, n})
	return true
}

// hinted adds to a problem the record that was perhaps meant.
func (c *call) hinted(ctx context.Context, p kind.Problem) kind.Problem {
	if p.Code != "source-unknown" && p.Code != "reference-missing" {
		return p
	}
	near := kind.Nearest(p.Args["value"], c.refsOf(ctx, p.Args["kind"]))
	if near == "" {
		return p
	}
	p.Args = maps.Clone(p.Args)
	p.Args["nearest"] = near
	p.Code += "-near"
	return p
}

// refsOf lists refs of a kind for a hint: as many as one page holds.
func (c *call) refsOf(ctx context.Context, kindID string) []string {
	if refs, ok := c.refs[kindID]; ok {
		return refs
	}
	page, err := c.desk.Records.List(ctx, record.Query{
		Mission: c.mission, Kind: kindID, Limit: 1000, Sight: c.desk.Guard.Sight(c.who, c.mission, access.Read),
	})
	if err != nil {
		c.err = err
		return nil
	}
	refs := make([]string, 0, len(page.Versions))
	for i := range page.Versions {
		refs = append(refs, page.Versions[i].Ref)
	}
	for n := range c.coming {
		if n.kind == kindID {
			refs = append(refs, n.ref)
		}
	}
	slices.Sort(refs)
	c.refs[kindID] = refs
	return refs
}

// seal gives the canonical texts as values, those of persons under their key.
func (c *call) seal(ctx context.Context, t *told, p *past) error {
	t.fields = make(map[string]journal.Value, len(t.canonical))
	for id, text := range t.canonical {
		f, ok := t.kind.Field(id)
		if !ok || !f.Personal {
			t.fields[id] = journal.Value{Text: text}
			continue
		}
		subject := c.subject(t, p)
		if subject == "" {
			field, _ := t.kind.SubjectField()
			t.refuse(field, "subject-missing", map[string]string{"value": id})
			continue
		}
		v, err := c.sealed(ctx, subject, id, text, len(p.steps) > 0)
		if fail.Is(err, fail.Denied) {
			t.refuse(id, "erased", map[string]string{"value": subject})
			continue
		}
		if err != nil {
			return err
		}
		t.fields[id] = v
	}
	return nil
}

// sealed makes no key for a person of whom a dry run hears for the first time:
// the bytes then only stand for those that would be written.
func (c *call) sealed(ctx context.Context, subject, field, text string, known bool) (journal.Value, error) {
	if c.opt.DryRun && !known {
		sum := sha256.Sum256([]byte(text))
		return journal.Value{Subject: subject, Sealed: sum[:]}, nil
	}
	return c.desk.Keys.Seal(ctx, subject, field, text)
}

// subject names the person whose key seals the personal fields of a record.
func (c *call) subject(t *told, p *past) string {
	field, self := t.kind.SubjectField()
	person := t.canonical[field]
	if person == "" && !slices.Contains(t.blank, field) {
		person = p.fields()[field].Text
	}
	switch {
	case person == "" && self:
		return t.key.String()
	case person == "":
		return ""
	}
	return record.Key{Mission: c.mission, Kind: "person", Ref: person}.String()
}
