package record

import (
	"cmp"
	"slices"
	"strings"

	"konbit.org/konbit/internal/kind"
)

// classOf is a version's class: what it states, else what its kind says.
func (s *Store) classOf(v *Version) Class {
	usual := ""
	if k, ok := s.schema.Kind(v.Mission, v.Kind); ok {
		usual = k.Marking
	}
	c := s.markedAs(v).of(usual)
	c.Ref = v.Ref
	return c
}

// scope is what a reader may read of the records of one kind.
type scope struct {
	kind    string
	all     bool     // every record
	classes []Class  // by marking and owner, sorted
	refs    []string // single records, which are read directly
}

// scopes are those of the kinds that a query asks for, as far as something of
// them may be read.
func (s *Store) scopes(q *Query) []scope {
	rights := q.Sight.Rights
	var out []scope
	for _, on := range s.Shelves(q.Mission) {
		if q.Kind != "" && q.Kind != on.Kind {
			continue
		}
		one := scope{kind: on.Kind, all: rights == nil}
		if rights != nil {
			one.take(rights.Classes(on.Kind))
		}
		if one.all || len(one.classes)+len(one.refs) > 0 {
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b scope) int { return strings.Compare(a.kind, b.kind) })
	return out
}

func (c *scope) take(classes []Class) {
	for _, of := range classes {
		switch {
		case of.Ref != "":
			c.refs = append(c.refs, of.Ref)
		case of.Marking == "" && of.Owner == "":
			c.all = true
		case of.Marking == "":
			for _, m := range kind.Markings() {
				c.classes = append(c.classes, Class{Marking: m, Owner: of.Owner})
			}
		default:
			c.classes = append(c.classes, of)
		}
	}
	slices.SortFunc(c.classes, compareClass)
	c.classes = slices.Compact(c.classes)
	// Who may read each marking may read everything: a list needs no index.
	c.all = c.all || !slices.ContainsFunc(kind.Markings(), func(m string) bool { return !slices.Contains(c.classes, Class{Marking: m}) })
}

func compareClass(a, b Class) int {
	return cmp.Or(strings.Compare(a.Marking, b.Marking), strings.Compare(a.Owner, b.Owner), strings.Compare(a.Ref, b.Ref))
}

// open reports whether a field may be read in every record that the scope says
// can be read, so that a hit of the index on it is one for the reader too.
func (c *scope) open(rights Rights, f *kind.Field) bool {
	if rights == nil {
		return true
	}
	may := func(of Class) bool { return rights.Field(c.kind, f, of) }
	return (!c.all || len(c.classes) > 0 || may(Class{})) && !slices.ContainsFunc(c.classes, func(of Class) bool { return !may(of) })
}

// readable is the FTS5 expression for the records of the scopes: kinds of which
// the same may be read stand together. "" where the index has none of them.
func readable(mission, state string, of []scope, allKinds bool) string {
	var groups []string
	every := len(of)
	for len(of) > 0 {
		first := of[0]
		var kinds []string
		rest := of[:0:0]
		for _, c := range of {
			if c.all == first.all && (c.all || slices.Equal(c.classes, first.classes)) {
				kinds = append(kinds, tag(state, mission+"/"+c.kind))
			} else {
				rest = append(rest, c)
			}
		}
		if len(kinds) == every && allKinds {
			kinds = []string{tag(state, mission+"/")}
		}
		of = rest
		if first.all {
			groups = append(groups, anyTag(kinds))
		} else if len(first.classes) > 0 {
			groups = append(groups, "("+anyTag(kinds)+" AND "+anyTag(classTags(first.classes))+")")
		}
	}
	if len(groups) > 1 {
		return "(" + strings.Join(groups, " OR ") + ")"
	}
	return strings.Join(groups, "")
}

func classTags(classes []Class) (out []string) {
	for _, c := range classes {
		if c.Owner == "" {
			out = append(out, tag(tagMarking, c.Marking))
		} else {
			out = append(out, tag(tagClass, c.Marking+"/"+c.Owner))
		}
	}
	return out
}
