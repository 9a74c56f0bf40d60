package kind

import (
	"errors"
	"fmt"
	"reflect"
)

// Match holds a Go struct and a kind to one another: each struct field tagged
// `field:"id"` must be a field of the kind, and each own field of the kind must
// be tagged once. A struct that needs only some of them lists the rest as
// `field:"-" skip:"id"`. v is a struct or a pointer to one.
//
// The error, for tests, joins every difference.
func Match(k *Kind, v any) error {
	t := reflect.TypeOf(v)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("kind %s: %T is not a struct", k.ID, v)
	}
	var faults []error
	tagged := map[string]bool{}
	for f := range t.Fields() {
		id, ok := f.Tag.Lookup("field")
		if !ok {
			continue
		}
		if id == "-" {
			id = f.Tag.Get("skip")
		}
		if tagged[id] {
			faults = append(faults, fmt.Errorf("%s tags %q twice", t.Name(), id))
		}
		tagged[id] = true
		if _, ok := k.Field(id); !ok {
			faults = append(faults, fmt.Errorf("%s.%s: kind %s has no field %q", t.Name(), f.Name, k.ID, id))
		}
	}
	for _, f := range k.Fields {
		if !tagged[f.ID] {
			faults = append(faults, fmt.Errorf("%s lacks field %q of kind %s", t.Name(), f.ID, k.ID))
		}
	}
	return errors.Join(faults...)
}
