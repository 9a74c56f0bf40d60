package measure

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// How says which statements count.
type How string

const (
	// Level adds all events that have certainly happened by the asked date.
	Level How = "level"
	// Latest takes, of each group, the last statement in force at the asked date.
	Latest How = "latest"
)

// Self groups the statements of one record: for by-group.
const Self = "@ref"

// Definition is one measure, as a measures.yaml states it.
type Definition struct {
	ID     string     `yaml:"id"`
	Number int        `yaml:"definition"` // grows when the meaning of Text changes
	Code   string     `yaml:"code,omitempty"`
	Unit   string     `yaml:"unit"`
	Label  kind.Words `yaml:"label"`
	Text   kind.Words `yaml:"text"`
	How    How        `yaml:"how"`
	// ByGroup are the fields whose last statement counts, for Latest; empty
	// means one group, Self means each record by itself.
	ByGroup []string `yaml:"by-group,omitempty"`
	// From and Until are date fields that give the stretch in force instead
	// of the event time, for Latest.
	From  string `yaml:"from,omitempty"`
	Until string `yaml:"until,omitempty"`
	// Within leaves out, for Latest, statements older than that: they are unknown.
	Within string `yaml:"within,omitempty"`
	// Value is the field that is added; empty counts records. Default stands
	// in where the field is empty; without it the number is unknown.
	Value   string `yaml:"value,omitempty"`
	Default string `yaml:"default,omitempty"`
	// Apart is the field whose different values are never added together.
	Apart      string               `yaml:"apart,omitempty"`
	Dimensions map[string]Dimension `yaml:"dimensions,omitempty"`
	Terms      []Term               `yaml:"terms"`
	// StaleAfter is how long the newest event makes the figure current.
	StaleAfter string `yaml:"stale-after,omitempty"`
	// Complete is false where the records are known not to be everything.
	Complete *bool    `yaml:"complete,omitempty"`
	Balance  *Balance `yaml:"balance,omitempty"`
	Beside   []Beside `yaml:"beside,omitempty"`
	// Stages are the stages of which a claim speaks of this measure; empty
	// means those its terms test.
	Stages []string `yaml:"stages,omitempty"`
	// Cumulative figures can only grow with time.
	Cumulative bool `yaml:"cumulative,omitempty"`
	Public     bool `yaml:"public,omitempty"`

	stale, within time.Duration
	fallback      Amount
}

// Dimension is what a figure can be broken down by: a field, or for Split the
// fields that hold the parts of the value. What no part holds is [Unsaid].
type Dimension struct {
	Label kind.Words        `yaml:"label,omitempty"`
	Field string            `yaml:"field,omitempty"`
	Split map[string]string `yaml:"split,omitempty"` // code -> field
}

// Unsaid is the value of a dimension that a record does not state.
const Unsaid = "UNKNOWN"

// Term picks records of a kind. All its tests must hold.
type Term struct {
	Kind   string              `yaml:"kind"`
	When   map[string][]string `yaml:"when,omitempty"`   // field is one of these
	Unless map[string][]string `yaml:"unless,omitempty"` // field is none of these; unset passes
	Set    []string            `yaml:"set,omitempty"`    // fields that must be stated
	Unset  []string            `yaml:"unset,omitempty"`  // fields that must not be stated
	Sign   int                 `yaml:"sign"`
	Value  string              `yaml:"value,omitempty"` // instead of the definition's
	Part   string              `yaml:"part,omitempty"`  // its name in an identity: arrivals
}

// Balance says that in each group the parts make up the whole. It is asked for
// only where the Once measure has something to say.
type Balance struct {
	Whole string   `yaml:"whole"`
	Parts []string `yaml:"parts"`
	By    string   `yaml:"by"`
	Once  string   `yaml:"once,omitempty"`
}

// Beside names a measure whose value is told with a note when it is not zero.
type Beside struct {
	Measure string `yaml:"measure"`
	Note    string `yaml:"note"`
}

// IsComplete reports whether the records can be taken to be everything.
func (d *Definition) IsComplete() bool { return d.Complete == nil || *d.Complete }

// Current is how long the newest event keeps the figure current; zero is for ever.
func (d *Definition) Current() time.Duration { return d.stale }

// Names are the dimensions one can ask by, sorted. What is kept apart is one.
func (d *Definition) Names() []string {
	names := make([]string, 0, len(d.Dimensions)+1)
	for name := range d.Dimensions {
		names = append(names, name)
	}
	if d.Apart != "" && !slices.Contains(names, d.Apart) {
		names = append(names, d.Apart)
	}
	slices.Sort(names)
	return names
}

// dimension gives a dimension by name; what is kept apart is always one.
func (d *Definition) dimension(name string) (Dimension, bool) {
	if dim, ok := d.Dimensions[name]; ok {
		return dim, true
	}
	if name != "" && name == d.Apart {
		return Dimension{Field: d.Apart}, true
	}
	return Dimension{}, false
}

// Covers gives the stages a claim on this measure may name, sorted: those stated,
// else those its terms test for.
func (d *Definition) Covers() []string {
	stages := slices.Clone(d.Stages)
	for i := range d.Terms {
		if len(d.Stages) == 0 {
			stages = append(stages, d.Terms[i].When["stage"]...)
			stages = append(stages, d.Terms[i].When["event"]...)
		}
	}
	slices.Sort(stages)
	return slices.Compact(stages)
}

// Domain is the part of the id before the point.
func (d *Definition) Domain() string {
	domain, _, _ := strings.Cut(d.ID, ".")
	return domain
}

// Set is the measures of a mission. It does not change.
type Set struct {
	byID map[string]*Definition
	ids  []string
}

// Kinds are the kinds of a mission.
type Kinds interface {
	Get(id string) (*kind.Kind, bool)
}

// Load reads the measures.yaml of each folder that has one and checks them
// against the kinds. The error joins every fault; it is [fail.Invalid].
func Load(kinds Kinds, folders ...fs.FS) (*Set, error) {
	s := &Set{byID: map[string]*Definition{}}
	var faults []error
	for _, folder := range folders {
		raw, err := fs.ReadFile(folder, "measures.yaml")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the measures: %w", err)
		}
		var list []*Definition
		if err := yaml.Load(raw, &list, yaml.WithKnownFields()); err != nil {
			faults = append(faults, fmt.Errorf("measures.yaml: %w", err))
			continue
		}
		for _, d := range list {
			if s.byID[d.ID] != nil {
				faults = append(faults, fmt.Errorf("measure %s is defined twice", d.ID))
				continue
			}
			s.byID[d.ID] = d
			s.ids = append(s.ids, d.ID)
		}
	}
	slices.Sort(s.ids)
	faults = append(faults, s.check(kinds)...)
	if err := errors.Join(faults...); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "the definitions of the measures are wrong", "mend each fault in the measures.yaml it names")
	}
	return s, nil
}

// All gives the definitions in order of their ids.
func (s *Set) All() []*Definition {
	all := make([]*Definition, len(s.ids))
	for i, id := range s.ids {
		all[i] = s.byID[id]
	}
	return all
}

// IDs are the ids of all measures, sorted.
func (s *Set) IDs() []string { return slices.Clone(s.ids) }

// Get gives a definition. The error is [fail.NotFound] with the nearest name as hint.
func (s *Set) Get(id string) (*Definition, error) {
	if d := s.byID[id]; d != nil {
		return d, nil
	}
	return nil, noMeasure(id, s.ids)
}

func noMeasure(id string, names []string) error {
	hint := "konbit measures lists them"
	if near := nearest(id, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return fail.Newf(fail.NotFound, hint, "no measure %q", id)
}

// Nearest is the id most like a given one; "" when there are no measures.
func (s *Set) Nearest(id string) string { return nearest(id, s.ids) }
