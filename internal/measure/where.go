package measure

import (
	"maps"
	"slices"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// Read gives the conditions of a question as [Query.Where] takes them: the names
// of codes of the countries become their codes. A value that no record can have is
// [fail.Invalid]: the figure would be "not known", which it is not. A dimension
// that the measure does not have is left for the engine to refuse.
func (d *Definition) Read(kinds Kinds, where map[string][]string) (map[string][]string, error) {
	out := make(map[string][]string, len(where))
	for _, name := range slices.Sorted(maps.Keys(where)) {
		for _, value := range where[name] {
			code, err := d.readValue(kinds, name, value)
			if err != nil {
				return nil, err
			}
			out[name] = append(out[name], code)
		}
	}
	return out, nil
}

func (d *Definition) readValue(kinds Kinds, name, value string) (string, error) {
	dim, ok := d.dimension(name)
	if !ok || strings.EqualFold(value, Unsaid) {
		return value, nil
	}
	if len(dim.Split) > 0 {
		codes := slices.Sorted(maps.Keys(dim.Split))
		for _, code := range codes {
			if strings.EqualFold(code, value) {
				return code, nil
			}
		}
		return "", noValue(name, value, "it has "+strings.Join(append(codes, Unsaid), ", "))
	}
	chosen, hint := false, "write the code that the records use"
	for i := range d.Terms {
		k, ok := kinds.Get(d.Terms[i].Kind)
		if !ok {
			continue
		}
		if f, has := k.Field(dim.Field); !has || f.Type != kind.Choice {
			continue
		}
		chosen = true
		code, near, ok := k.Code(dim.Field, value)
		if ok {
			return code, nil
		}
		if near != "" {
			hint = "did you mean " + near + "?"
		}
	}
	if !chosen {
		return value, nil
	}
	return "", noValue(name, value, hint)
}

func noValue(dimension, value, hint string) error {
	return fail.Newf(fail.Invalid, hint, "%s cannot be %q", dimension, value)
}
