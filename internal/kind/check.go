package kind

import (
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"

	"konbit.org/konbit/internal/edtf"
)

// Env is what reading a draft depends on beside the kind.
type Env struct {
	// Location is the zone of times that state none; nil refuses such times.
	Location *time.Location
	// Now bounds reported; the zero time bounds nothing.
	Now time.Time
	// DecimalComma says that the sheet writes 12,5 and 1.234.
	DecimalComma bool
	// DateFormats are tried first: dd/MM/yyyy, d MMM yyyy, dd.MM.yyyy HH:mm.
	DateFormats []string
	// Codes are the codes of lists that a node knows only when it runs:
	// "measures". A list that is missing here is not checked.
	Codes map[string][]string
	// Exists looks up a record another one points to; nil checks nothing.
	Exists func(kind, ref string) bool
}

// Check reads a draft: trims, reads every field by its type and gives the
// canonical texts of those that are stated, or the problems. Empty means not
// stated. The canonical texts check to themselves under an Env with the same
// Location, no DecimalComma and no DateFormats.
//
// raw holds record fields only; the columns of [Envelope] go to CheckEnvelope.
// Problems are sorted by field. The kind must come from [Load].
func (k *Kind) Check(raw map[string]string, env Env) (map[string]string, []Problem) {
	c := checker{kind: k, env: env, out: map[string]string{}}
	c.readZone(raw["zone"])
	for _, id := range sortedKeys(raw) {
		c.field(id, raw[id])
	}
	for i := range k.fields {
		f := &k.fields[i]
		if f.Required && clean(raw[f.ID]) == "" {
			c.problem(f.ID, "required", nil)
		}
	}
	c.money()
	c.sums()
	c.position()
	c.span()
	sort.SliceStable(c.problems, func(i, j int) bool { return c.problems[i].Field < c.problems[j].Field })
	return c.out, c.problems
}

// CheckEnvelope reads the entry columns ref, reported, source and grade.
// reported comes back as an RFC 3339 instant; a day or month stands for its
// beginning, so that what was reported today is known today.
func (k *Kind) CheckEnvelope(raw map[string]string, env Env) (map[string]string, []Problem) {
	c := checker{kind: k, env: env, zone: env.Location, out: map[string]string{}}
	for _, id := range sortedKeys(raw) {
		f, ok := find(k.envelope, id)
		if !ok {
			c.problem(id, "unknown-column", c.suggestColumn(id))
			continue
		}
		value, ok := c.text(f, raw[id])
		if !ok || value == "" {
			continue
		}
		switch id {
		case "reported":
			c.reported(value)
		case "grade":
			value = strings.ToUpper(strings.ReplaceAll(value, " ", ""))
			if len(value) != 2 || value[0] < 'A' || value[0] > 'F' || value[1] < '1' || value[1] > '6' {
				c.problem(id, "grade", map[string]string{"value": value})
				continue
			}
			c.out[id] = value
		default:
			c.reference(f, value, "source-unknown")
		}
	}
	if clean(raw["ref"]) == "" {
		c.problem("ref", "ref-missing", nil)
	}
	if k.Source == "required" && clean(raw["source"]) == "" {
		c.problem("source", "source-missing", nil)
	}
	sort.SliceStable(c.problems, func(i, j int) bool { return c.problems[i].Field < c.problems[j].Field })
	return c.out, c.problems
}

type checker struct {
	kind     *Kind
	env      Env
	zone     *time.Location
	out      map[string]string
	problems []Problem
}

func (c *checker) problem(field, code string, args map[string]string) {
	c.problems = append(c.problems, Problem{Field: field, Code: code, Args: args})
}

func (c *checker) suggestColumn(id string) map[string]string {
	var known []string
	for _, f := range append(c.kind.AllFields(), c.kind.envelope...) {
		known = append(known, f.ID)
	}
	return map[string]string{"value": id, "nearest": nearest(id, known), "allowed": strings.Join(known, ", ")}
}

// readZone comes first: the other times of the draft are read in it.
func (c *checker) readZone(raw string) {
	c.zone = c.env.Location
	zone := clean(raw)
	if len(zone) == 1 {
		zone = strings.ToUpper(zone)
	}
	if zone == "" || c.kind.At == "none" {
		return
	}
	loc, err := c.kind.location(zone, nil)
	switch {
	case zone == "J":
		c.problem("zone", "dtg-zone-j", map[string]string{"value": zone})
	case err != nil:
		c.problem("zone", "zone", map[string]string{"value": zone})
	default:
		c.zone, c.out["zone"] = loc, zone
	}
}

func (c *checker) field(id, raw string) {
	f, ok := c.kind.Field(id)
	if !ok {
		if clean(raw) != "" || !isReserved(id) {
			c.problem(id, "unknown-column", c.suggestColumn(id))
		}
		return
	}
	value, ok := c.text(f, raw)
	if !ok || value == "" || id == "zone" {
		return
	}
	if id == "owner" {
		c.owner(value)
		return
	}
	if id == "lat" || id == "lon" {
		c.degrees(f, value)
		return
	}
	switch f.Type {
	case Text:
		c.out[id] = value
	case Choice:
		c.choice(f, value)
	case Number, Quantity, Money:
		c.number(f, value)
	case Date:
		c.when(f, value)
	case Reference, Person:
		c.reference(f, value, "reference-missing")
	case Point:
		c.point(f, value)
	case Flag:
		c.flag(f, value)
	case List:
		c.list(f, value)
	case Link:
		c.link(f, value)
	case Media, Place:
		c.out[id] = value
	}
}

// money holds that an amount has its currency.
func (c *checker) money() {
	for _, f := range c.kind.Fields {
		if f.Type != Money || c.out[f.ID] == "" || c.out[f.Currency] != "" || c.has(f.Currency) {
			continue
		}
		c.problem(f.Currency, "money-currency", map[string]string{"amount": c.out[f.ID]})
	}
}

// has says that a field has a problem already.
func (c *checker) has(field string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Field == field })
}

// sums holds that parts make up their whole. What is not stated is not known,
// and is neither filled in nor taken for zero.
func (c *checker) sums() {
	for _, sum := range c.kind.Sums {
		whole := c.out[sum.Whole]
		if whole == "" {
			continue
		}
		total, given := new(big.Rat), 0
		for _, p := range sum.Parts {
			part := c.out[p]
			if part == "" {
				continue
			}
			given++
			total.Add(total, rat(part))
			if rat(part).Cmp(rat(whole)) > 0 {
				c.problem(p, "part-larger", map[string]string{"part": part, "whole": whole, "of": sum.Whole})
			}
		}
		over := total.Cmp(rat(whole))
		if given < 2 || over == 0 || over < 0 && given < len(sum.Parts) || c.hasPart(sum) {
			continue
		}
		c.problem(sum.Whole, "sum", map[string]string{
			"whole": whole, "parts": strings.Join(sum.Parts, " + "), "total": decimalText(total),
			"difference": decimalText(new(big.Rat).Sub(rat(whole), total)),
		})
	}
}

func (c *checker) hasPart(sum Sum) bool {
	return c.has(sum.Whole) || slices.ContainsFunc(sum.Parts, c.has)
}

// span holds that the event does not end before it begins.
func (c *checker) span() {
	at, until := c.out["at"], c.out["until"]
	if until == "" || c.has("at") {
		return
	}
	if at == "" {
		c.problem("at", "until-alone", map[string]string{"until": until})
		return
	}
	if _, _, err := c.kind.Bounds(c.out, c.env.Location); err != nil {
		c.problem("until", "until-before-at", map[string]string{"at": at, "until": until})
	}
}

func (c *checker) reported(value string) {
	text, _, problem := readWhen(value, c.zone, c.env.DateFormats)
	if problem != "" {
		c.problem("reported", problem, map[string]string{"value": value})
		return
	}
	d, err := edtf.Parse(text)
	if err != nil {
		c.problem("reported", "date", map[string]string{"value": value})
		return
	}
	lo, _ := d.Bounds(c.zone)
	if !c.env.Now.IsZero() && lo.After(c.env.Now) {
		c.problem("reported", "reported-future", map[string]string{"value": value})
		return
	}
	c.out["reported"] = lo.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
