package missions_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"konbit.org/konbit/internal/kind"
)

// builtIn reads the kinds from their folders: this package may not depend on
// the domains that own them.
func builtIn(t *testing.T) *kind.Set {
	t.Helper()
	folders, err := filepath.Glob("../internal/*/kinds")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no kinds found: %v", err)
	}
	var all []fs.FS
	for _, f := range folders {
		all = append(all, os.DirFS(filepath.Dir(f)))
	}
	set, err := kind.Load(all...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEveryRowPassesItsKind(t *testing.T) {
	set := builtIn(t)
	for _, id := range ids(t) {
		m := load(t, id)
		known := map[string]bool{}
		env := kind.Env{
			Location: m.zone,
			Now:      time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
			Exists:   func(kind, ref string) bool { return known[kind+"/"+ref] },
		}
		for _, s := range m.Sheets {
			k, ok := set.Get(s.Kind)
			if !ok {
				t.Errorf("%s: there is no kind %s", id, s.Kind)
				continue
			}
			sheet := rows(t, m, s)
			for _, r := range sheet {
				known[s.Kind+"/"+r.get("ref")] = true
			}
			for _, r := range sheet {
				for _, p := range problems(k, r, env) {
					t.Errorf("%s: %s: %s %v", r.where, p.Field, p.Code, p.Args)
				}
			}
		}
	}
}

func problems(k *kind.Kind, r row, env kind.Env) []kind.Problem {
	fields, envelope := map[string]string{}, map[string]string{}
	for column, text := range r.cell {
		switch column {
		case "ref", "reported", "source", "grade":
			envelope[column] = text
		default:
			fields[column] = text
		}
	}
	_, wrong := k.Check(fields, env)
	_, also := k.CheckEnvelope(envelope, env)
	return append(wrong, also...)
}
