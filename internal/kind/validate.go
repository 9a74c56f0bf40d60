package kind

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

var ( // patterns, compiled once; nothing writes them
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	codePattern = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	hxlPattern  = regexp.MustCompile(`^#[a-z][a-z0-9]*( ?\+[a-z0-9_]+)*$`)
	sidcPattern = regexp.MustCompile(`^[0-9]{20}$`)
)

// Types are all field types.
func Types() []Type {
	return []Type{Text, Choice, Number, Quantity, Money, Date, Reference, Point, Flag, List, Link, Media, Person, Place}
}

// Markings are the markings from the most open to the most closed.
func Markings() []string { return []string{"public", "mission", "owner", "restricted", "cell"} }

// check holds what one file can say about itself alone.
func (d *file) check() []error {
	var faults []error
	bad := func(field, format string, args ...any) { faults = append(faults, d.fault(field, format, args...)) }
	if d.Extends != "" {
		if d.ID != "" || d.Domain != "" || d.Title != nil || d.Map != nil || d.At != "" || d.Source != "" {
			bad("", "an addition (extends) holds fields and sums only")
		}
	} else {
		d.checkHead(bad)
	}
	seen := map[string]bool{}
	for i := range d.Fields {
		f := &d.Fields[i]
		if seen[f.ID] {
			bad(f.ID, "stands twice")
		}
		seen[f.ID] = true
		checkField(f, bad)
	}
	return faults
}

type report func(field, format string, args ...any)

func (d *file) checkHead(bad report) {
	if !idPattern.MatchString(d.ID) {
		bad("", "id %q: use small letters, digits and hyphens", d.ID)
	}
	if !idPattern.MatchString(d.Domain) {
		bad("", "domain %q: name the folder of the domain", d.Domain)
	}
	if d.Label["en"] == "" || d.Plural["en"] == "" {
		bad("", "label and plural need at least en")
	}
	oneOf := func(what, got string, want ...string) {
		if !slices.Contains(want, got) {
			bad("", "%s: %q is not one of %s", what, got, strings.Join(want, ", "))
		}
	}
	oneOf("at", d.At, "required", "optional", "none")
	oneOf("source", d.Source, "required", "optional")
	oneOf("marking", d.Marking, Markings()...)
	if d.HXL != "" && !hxlPattern.MatchString(d.HXL) {
		bad("", "hxl %q is not a hashtag with attributes", d.HXL)
	}
	if d.Map != nil {
		oneOf("map shape", d.Map.Shape, "circle", "square", "triangle", "diamond", "cross")
		oneOf("map colour", d.Map.Colour, "own", "host", "alarm", "civil", "money", "neutral")
		if d.Map.SIDC != "" && !sidcPattern.MatchString(d.Map.SIDC) {
			bad("", "map sidc %q is not 20 digits", d.Map.SIDC)
		}
	}
	if len(d.Title) == 0 {
		bad("", "title: name at least one field")
	}
}

func checkField(f *Field, bad report) {
	if !idPattern.MatchString(f.ID) {
		bad(f.ID, "id %q: use small letters, digits and hyphens", f.ID)
	}
	if isReserved(f.ID) {
		bad(f.ID, "every kind has this field already")
	}
	if !slices.Contains(Types(), f.Type) {
		bad(f.ID, "type %q is not known", f.Type)
	}
	if f.Label["en"] == "" {
		bad(f.ID, "label needs at least en")
	}
	if f.HXL != "" && !hxlPattern.MatchString(f.HXL) {
		bad(f.ID, "hxl %q is not a hashtag with attributes", f.HXL)
	}
	if f.Marking != "" && !slices.Contains(Markings(), f.Marking) {
		bad(f.ID, "marking %q is not one of %s", f.Marking, strings.Join(Markings(), ", "))
	}
	if f.Filter && !slices.Contains([]Type{Choice, Flag, Reference, Place}, f.Type) {
		bad(f.ID, "only a choice, flag, reference or place can be a filter")
	}
	checkCodes(f, bad)
	checkLimits(f, bad)
	if (f.Type == Money) != (f.Currency != "") {
		bad(f.ID, "money, and only money, names the field of its currency")
	}
	if (f.Type == Reference) != (f.To != "") {
		bad(f.ID, "a reference, and only a reference, names the kind it points to")
	}
}

func checkCodes(f *Field, bad report) {
	switch {
	case f.Type == Choice && (len(f.Codes) == 0) == (f.List == ""):
		bad(f.ID, "a choice has either codes or a list")
	case f.Type != Choice && len(f.Codes) > 0, f.Type != Choice && f.Type != List && f.List != "":
		bad(f.ID, "only a choice has codes, and only a choice or a list of them names a list")
	case f.List != "" && !slices.Contains(listNames(), f.List):
		bad(f.ID, "list %q is not one of %s", f.List, strings.Join(listNames(), ", "))
	}
	seen := map[string]bool{}
	for _, c := range f.Codes {
		if !codePattern.MatchString(c.ID) || seen[fold(c.ID)] {
			bad(f.ID, "code %q: use letters, digits and hyphens, each code once", c.ID)
		}
		seen[fold(c.ID)] = true
		if c.Label["en"] == "" {
			bad(f.ID, "code %s: label needs at least en", c.ID)
		}
	}
}

func checkLimits(f *Field, bad report) {
	var limits []*big.Rat
	for _, text := range []string{f.Min, f.Max} {
		if text == "" {
			continue
		}
		if canonical, ok := canonicalDecimal(text); !ok || canonical != text {
			bad(f.ID, "limit %q is not a plain decimal", text)
			continue
		}
		limits = append(limits, rat(text))
	}
	if len(limits) == 2 && limits[0].Cmp(limits[1]) > 0 {
		bad(f.ID, "min is above max")
	}
	numeric := f.Type == Number || f.Type == Quantity || f.Type == Money
	if f.Min != "" && !numeric || f.Max != "" && !numeric && f.Type != Text {
		bad(f.ID, "a %s has no such limit", f.Type)
	}
}

// crossCheck holds what needs the whole kind, or other kinds: names that must
// exist.
func (s *Set) crossCheck(files []*file) []error {
	var faults []error
	for _, d := range files {
		id := d.ID
		if d.Extends != "" {
			id = d.Extends
		}
		k, ok := s.kinds[id]
		if !ok {
			continue
		}
		bad := func(field, format string, args ...any) { faults = append(faults, d.fault(field, format, args...)) }
		s.crossFields(k, d, bad)
		for _, sum := range d.Sums {
			for _, id := range append([]string{sum.Whole}, sum.Parts...) {
				if f, ok := k.own(id); !ok || f.Type != Number && f.Type != Quantity {
					bad("", "sum: %q is not a number field", id)
				}
			}
		}
		if d.Extends == "" {
			crossHead(k, bad)
		}
	}
	return faults
}

func (s *Set) crossFields(k *Kind, d *file, bad report) {
	for _, f := range d.Fields {
		if f.Type == Money {
			if c, ok := k.own(f.Currency); !ok || c.List != "iso4217" {
				bad(f.ID, "currency: %q is not a choice from iso4217", f.Currency)
			}
		}
		if _, ok := s.kinds[f.To]; f.To != "" && !ok {
			bad(f.ID, "to: there is no kind %q", f.To)
		}
		if f.Personal && k.Subject == "" {
			bad(f.ID, "a personal field needs the kind to name its subject")
		}
	}
}

func crossHead(k *Kind, bad report) {
	for _, id := range k.Title {
		if _, ok := k.Field(id); !ok {
			bad("", "title: there is no field %q", id)
		}
	}
	crossSeries(k, bad)
	if f, ok := k.own(k.Owner); k.Owner != "" && (!ok || f.List != "iso3166-1") {
		bad("", "owner: %q is not a choice from iso3166-1", k.Owner)
	}
	if field, _ := k.SubjectField(); field != "" {
		if f, ok := k.own(field); !ok || f.Type != Person && f.To != "person" {
			bad("", "subject: %q is neither self nor a field that names a person", field)
		}
	}
}
