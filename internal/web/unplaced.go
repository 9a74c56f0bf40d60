package web

import (
	"cmp"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/places"
	"konbit.org/konbit/internal/record"
)

// mostChoices is how many places are offered for one name.
const mostChoices = 8

// unplaced is a record whose place is named and that stands on no map: no place is
// named so, or several are. It offers those that may be meant, each as a correction.
type unplaced struct {
	name    string
	choices []crumb
	all     string // where to look further
}

func (v *visit) unplaced(k *kind.Kind, step *record.Step) (*unplaced, error) {
	name := step.Text("place")
	_, located := k.Field("lat")
	if name == "" || !located || step.State != record.Live || v.past() || !v.mayWrite(k.ID) {
		return nil, nil
	}
	if _, ok := position(&step.Version); ok {
		return nil, nil
	}
	found, _, err := v.placesNamed(name)
	if err != nil {
		return nil, err
	}
	u := &unplaced{name: name, all: v.link(address(v.mission.ID, "map"), "place", name)}
	for i := range found {
		rec := &found[i].rec
		at, ok := position(rec)
		if wide := places.Wide(rec); wide && found[i].fits == 0 {
			return nil, nil // a department was said, and more is not known
		} else if wide || !ok || len(u.choices) == mostChoices {
			continue
		}
		label := rec.Text("name")
		said := []string{"place", label, "lat", degreeText(at.Lat), "lon", degreeText(at.Lon)}
		if code := rec.Text("p-code"); code != "" {
			label += " (" + code + ")"
			said = []string{"place", label} // the desk finds where that is, and no closer than it says
		}
		edit := address(v.mission.ID, "records", k.ID, step.Ref, "edit")
		u.choices = append(u.choices, crumb{cmp.Or(label, rec.Ref), v.link(edit, said...)})
	}
	return u, nil
}
