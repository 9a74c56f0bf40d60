package kind

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/lang"
)

// Set is all kinds of one mission. It is read-only after Load and safe to share.
type Set struct {
	kinds   map[string]*Kind
	version string
}

// Get gives a kind by id.
func (s *Set) Get(id string) (*Kind, bool) {
	k, ok := s.kinds[id]
	return k, ok
}

// All gives the kinds sorted by id.
func (s *Set) All() []*Kind {
	all := make([]*Kind, 0, len(s.kinds))
	for _, k := range s.kinds {
		all = append(all, k)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

// Version is a digest of the definition files: two nodes with the same version
// check alike.
func (s *Set) Version() string { return s.version }

// file is one definition as it stands: a kind, or with Extends an addition to
// one that another folder defines.
type file struct {
	Kind    `yaml:",inline"`
	Extends string `yaml:"extends,omitempty"`

	path string
	line map[string]int // field id: line it begins on
}

// Load reads kinds/*.yaml of each folder, the program's own first and the
// mission's last, and checks them. A file whose first key is extends adds its
// fields and sums to a kind. Lists that all kinds share (countries, currencies,
// languages, sex) are filled in as Codes.
//
// The error is fail.Invalid and joins every fault with file and line.
func Load(fsys ...fs.FS) (*Set, error) {
	words, err := lang.Load()
	if err != nil {
		return nil, err
	}
	var files []*file
	var faults []error
	digest := sha256.New()
	for _, f := range fsys {
		paths, err := fs.Glob(f, "kinds/*.yaml")
		if err != nil {
			return nil, fmt.Errorf("list kinds: %w", err)
		}
		for _, p := range paths {
			raw, err := fs.ReadFile(f, p)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			fmt.Fprintf(digest, "%s %d\n%s", p, len(raw), raw)
			d, errs := parse(p, raw)
			faults = append(faults, errs...)
			if d != nil {
				files = append(files, d)
			}
		}
	}
	set := &Set{kinds: map[string]*Kind{}, version: hex.EncodeToString(digest.Sum(nil))[:16]}
	faults = append(faults, set.assemble(files)...)
	set.fillLists(newLists(words))
	faults = append(faults, set.crossCheck(files)...)
	if err := errors.Join(faults...); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the kinds", "mend the named lines; docs/formats/kind.md says what a kind may hold")
	}
	return set, nil
}

// parse reads one file. A file that is not YAML at all gives no definition.
func parse(p string, raw []byte) (*file, []error) {
	d := &file{path: p, line: map[string]int{}}
	if err := yaml.Load(raw, d, yaml.WithKnownFields()); err != nil {
		return nil, located(p, err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err == nil && len(root.Content) > 0 {
		d.noteLines(root.Content[0])
	}
	faults := d.check()
	if want := strings.TrimSuffix(path.Base(p), ".yaml"); d.Extends == "" && d.ID != want {
		faults = append(faults, d.fault("", "id %q must be the file's name, %q", d.ID, want))
	}
	return d, faults
}

// located puts the file's name and line before each fault the YAML reader found.
func located(p string, err error) []error {
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		var out []error
		for _, e := range many.Errors {
			out = append(out, located(p, e)...)
		}
		return out
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		return []error{fmt.Errorf("%s:%d: %w", p, one.Mark.Line, one)}
	}
	return []error{fmt.Errorf("%s: %w", p, err)}
}

// noteLines remembers on which line each field begins.
func (d *file) noteLines(root *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != "fields" {
			continue
		}
		for _, item := range root.Content[i+1].Content {
			var f struct {
				ID string `yaml:"id"`
			}
			if item.Decode(&f) == nil {
				d.line[f.ID] = item.Line
			}
		}
	}
}

// fault is an error at a field's line, or at the head of the file.
func (d *file) fault(field, format string, args ...any) error {
	line := max(1, d.line[field])
	what := fmt.Sprintf(format, args...)
	if field != "" {
		what = "field " + field + ": " + what
	}
	return fmt.Errorf("%s:%d: %s", d.path, line, what)
}

// assemble puts the kinds together: whole ones first, so that an addition may
// stand in any folder.
func (s *Set) assemble(files []*file) []error {
	var faults []error
	for _, d := range files {
		if d.Extends != "" {
			continue
		}
		if _, twice := s.kinds[d.ID]; twice {
			faults = append(faults, d.fault("", "kind %q is defined twice; to add fields write extends: %s", d.ID, d.ID))
			continue
		}
		k := d.Kind
		s.kinds[d.ID] = &k
	}
	for _, d := range files {
		if d.Extends == "" {
			continue
		}
		k, ok := s.kinds[d.Extends]
		if !ok {
			faults = append(faults, d.fault("", "extends %q, and there is no such kind", d.Extends))
			continue
		}
		for _, f := range d.Fields {
			if _, taken := k.Field(f.ID); taken {
				faults = append(faults, d.fault(f.ID, "the kind %s has it already", k.ID))
				continue
			}
			k.Fields = append(slices.Clone(k.Fields), f)
		}
		k.Sums = append(slices.Clone(k.Sums), d.Sums...)
	}
	return faults
}

// Untranslated names every label, help and code that lacks one of the five
// languages, for tests: a mission's own folder may begin with English only.
func (s *Set) Untranslated() []string {
	var out []string
	note := func(where string, w Words, must bool) {
		if len(w) == 0 && !must {
			return
		}
		for _, l := range lang.Languages() {
			if strings.TrimSpace(w[l]) == "" {
				out = append(out, where+" "+l)
			}
		}
	}
	for _, k := range s.All() {
		note(k.ID+" label", k.Label, true)
		note(k.ID+" plural", k.Plural, true)
		note(k.ID+" help", k.Help, true)
		for _, f := range k.Fields {
			at := k.ID + "." + f.ID
			note(at+" label", f.Label, true)
			note(at+" help", f.Help, false)
			for _, c := range f.Codes {
				note(at+"="+c.ID+" label", c.Label, true)
				note(at+"="+c.ID+" help", c.Help, false)
			}
		}
	}
	return out
}
