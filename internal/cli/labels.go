package cli

import (
	"strings"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// dimensionField is the field a dimension stands for, in the first kind that has it.
func (s *session) dimensionField(d *measure.Definition, dim string) (*kind.Field, bool) {
	id := d.Dimensions[dim].Field
	if id == "" {
		id = dim
	}
	for i := range d.Terms {
		k, ok := s.mission.Kinds.Get(d.Terms[i].Kind)
		if !ok {
			continue
		}
		if f, ok := k.Field(id); ok {
			return f, true
		}
	}
	return nil, false
}

// dimensionName is the label of a dimension: its own, else its field's.
func (s *session) dimensionName(d *measure.Definition, dim string) string {
	if own := d.Dimensions[dim].Label; len(own) > 0 {
		return own.In(s.Lang)
	}
	if f, ok := s.dimensionField(d, dim); ok {
		return f.Label.In(s.Lang)
	}
	if key := "web.dim." + dim; s.node.Words.Has(key) {
		return s.t(key)
	}
	return dim
}

// dimensionValue is a value of a dimension in words, with the code that --where takes.
func (s *session) dimensionValue(d *measure.Definition, dim, value string) string {
	if value == "" || value == measure.Unsaid {
		return s.t("common.not-stated")
	}
	if f, ok := s.dimensionField(d, dim); ok {
		return withCode(s.code(f, value), value)
	}
	if key := "web.dim." + dim + "." + strings.ToLower(value); s.node.Words.Has(key) {
		return withCode(s.t(key), value)
	}
	return value
}

func withCode(label, code string) string {
	if label == code {
		return code
	}
	return label + " (" + code + ")"
}

// code is the label of a code, or the code.
func (s *session) code(f *kind.Field, value string) string {
	for _, c := range f.Codes {
		if c.ID == value {
			return c.Label.In(s.Lang)
		}
	}
	switch f.List {
	case "iso3166-1":
		return s.node.Words.Country(s.Lang, value)
	case "iso4217":
		return s.node.Words.Currency(s.Lang, value)
	case "iso639":
		return s.node.Words.Language(s.Lang, value)
	}
	return value
}

// value writes a field's value: a code with its label, a number as the language
// writes it.
func (s *session) value(f *kind.Field, text string) string {
	switch f.Type {
	case kind.Choice:
		return withCode(s.code(f, text), text)
	case kind.Number, kind.Money:
		return s.dec(text) // what is counted stands in the label, the currency in its own field
	case kind.Quantity:
		return strings.TrimSpace(s.dec(text) + " " + f.Unit)
	case kind.Flag:
		if text == "yes" || text == "no" {
			return s.t("common." + text)
		}
	default: // as it stands
	}
	return text
}

// unitOf is the unit of a measure in words; a currency stands with each value.
func (s *session) unitOf(d *measure.Definition) string {
	if d.Apart != "" {
		return ""
	}
	if key := "web.unit." + d.Unit; s.node.Words.Has(key) {
		return s.count(key, 2)
	}
	return d.Unit
}

// title is how a record is called in lists.
func (s *session) title(v *record.Version) string {
	k, ok := s.mission.Kinds.Get(v.Kind)
	if !ok {
		return v.Ref
	}
	var parts []string
	for _, id := range k.Title {
		if f, ok := k.Field(id); ok && v.Text(id) != "" {
			parts = append(parts, s.value(f, v.Text(id)))
		}
	}
	if len(parts) == 0 {
		return v.Ref
	}
	return strings.Join(parts, " · ")
}

func stateName(st record.State) string {
	switch st {
	case record.Struck:
		return "struck"
	case record.Withdrawn:
		return "withdrawn"
	default:
		return "live"
	}
}
