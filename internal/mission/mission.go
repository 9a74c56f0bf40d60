package mission

import (
	"io/fs"
	"path"
	"time"
	_ "time/tzdata" // a laptop at a post may lack the zones

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
)

// File is the name of the description in a mission's folder.
const File = "mission.yaml"

// Text is a text by language: en, fr, ht, es, sw. A plain text in the file
// counts as English.
type Text map[string]string

// In gives the text in lang, or in English where it is missing.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["en"]
}

// UnmarshalYAML reads a plain text or a text by language.
func (t *Text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = Text{"en": n.Value}
		return nil
	}
	return n.Decode((*map[string]string)(t))
}

// Mission is what mission.yaml says.
type Mission struct {
	ID           string   `yaml:"id"`           // the folder's name and the first step of every address
	Title        Text     `yaml:"title"`        // short: what stands at the top of a page
	Summary      Text     `yaml:"summary"`      // a few sentences
	Zone         string   `yaml:"zone"`         // IANA name of the zone of the mission area
	Host         string   `yaml:"host"`         // ISO 3166-1 alpha-3
	Lead         string   `yaml:"lead"`         // alpha-3, or empty
	Contributors []string `yaml:"contributors"` // alpha-3
	Languages    []string `yaml:"languages"`    // of the five, in the order the mission uses them
	Started      string   `yaml:"started"`      // EDTF: when its mandate began
	Ended        string   `yaml:"ended"`        // EDTF: when it ended, or empty
	KinHold      string   `yaml:"hold"`         // hours and minutes, as 24h: see [Mission.Hold]

	Rhythm    Rhythm     `yaml:"rhythm"`    // by when what is due
	Reports   Reports    `yaml:"reports"`   // see [Mission.Reporting]
	Successor *Successor `yaml:"successor"` // what took its place, if anything has
	Map       *Map       `yaml:"map"`
	// Publication are the measures of which everybody is given less than who has
	// a role in the mission.
	Publication []Publication `yaml:"publication"`
	Sheets      []Sheet       `yaml:"sheets"` // loaded in this order

	// Present are sheets with times said from now, which a demo alone takes in.
	Present []Sheet `yaml:"present"`

	location   *time.Location
	folder     fs.FS
	withSheets bool // the sheets must be there
}

// Successor is the mission that took the place of another.
type Successor struct {
	Title      Text   `yaml:"title"`
	From       string `yaml:"from"`       // EDTF
	Instrument string `yaml:"instrument"` // ref of the instrument that says so
}

// Publication says how a measure is let out to everybody.
type Publication struct {
	Measure string `yaml:"measure"`
	Every   string `yaml:"every"` // week, or empty: as of the end of the last Sunday
	Round   int    `yaml:"round"` // to the nearest multiple, or 0
}

// Map is the base map of a mission, with where it comes from.
type Map struct {
	File       string `yaml:"file"`
	Provenance string `yaml:"provenance"`
	Licence    string `yaml:"licence"`
}

// Sheet is a file of records that comes with the mission.
type Sheet struct {
	File string `yaml:"file"`
	Kind string `yaml:"kind"`
	Map  string `yaml:"map"` // mapping file, for a sheet made by others
}

// Location is the zone of the mission area.
func (m *Mission) Location() *time.Location { return m.location }

// Folder is the mission's own folder: mission.yaml, kinds, measures, sheets.
func (m *Mission) Folder() fs.FS { return m.folder }

// Load reads <dir>/mission.yaml and checks it; "." is the folder itself. A key
// it does not know, a file it names that is not there, a zone or country that
// does not exist: all are reported together, as fail.Invalid, each with its
// line. A folder without the file is fail.NotFound.
func Load(fsys fs.FS, dir string) (*Mission, error) { return load(fsys, dir, true) }

// LoadInstalled is [Load] for a mission in a data folder, where the sheets that
// mission.yaml names need not be: those with personal fields are not kept there.
func LoadInstalled(fsys fs.FS, dir string) (*Mission, error) { return load(fsys, dir, false) }

func load(fsys fs.FS, dir string, withSheets bool) (*Mission, error) {
	folder, err := fs.Sub(fsys, path.Clean(dir))
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "open the mission folder", "name the folder that holds "+File)
	}
	raw, err := fs.ReadFile(folder, File)
	if err != nil {
		return nil, fail.Wrap(fail.NotFound, err, "read the mission", "name the folder that holds "+File)
	}
	m := &Mission{folder: folder, withSheets: withSheets}
	if err := m.parse(raw); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the mission", "mend the named lines of "+File)
	}
	return m, nil
}
