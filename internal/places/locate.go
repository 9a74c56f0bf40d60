package places

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Named are the kinds whose records are places with names.
func Named() []string { return []string{"place", "post"} }

// Door is where places are read: [access.Door].
type Door interface {
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
	Record(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.Version, error)
}

// Gazetteer finds the place that a text names. It keeps the names of all places and
// what they name; what somebody is told of them passes the door. It is safe for
// concurrent use.
type Gazetteer struct {
	door Door

	mu    sync.Mutex
	names map[string]map[string][]record.Key // by mission and name
}

// NewGazetteer makes one over records that it does not own. Tell it of what changes.
func NewGazetteer(door Door) *Gazetteer { return &Gazetteer{door: door} }

// Changed forgets the names of a mission of whose places a commit touched one: give
// it to [record.Store.OnChange].
func (g *Gazetteer) Changed(changed []record.Changed) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range changed {
		if slices.Contains(Named(), changed[i].Kind) {
			delete(g.names, changed[i].Mission)
		}
	}
}

// named are the places that go by a name, whoever may know of them.
func (g *Gazetteer) named(ctx context.Context, mission, name string) ([]record.Key, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all, known := g.names[mission]
	if !known {
		var err error
		if all, err = g.read(ctx, mission); err != nil {
			return nil, err
		}
		if g.names == nil {
			g.names = map[string]map[string][]record.Key{}
		}
		g.names[mission] = all
	}
	return all[spelt(name)], nil
}

func (g *Gazetteer) read(ctx context.Context, mission string) (map[string][]record.Key, error) {
	all := map[string][]record.Key{}
	for _, id := range Named() {
		q := record.Query{Mission: mission, Kind: id, Limit: record.MaxLimit}
		for {
			page, err := g.door.List(ctx, access.Local(), q)
			if err != nil {
				return nil, err
			}
			for i := range page.Versions {
				v := &page.Versions[i]
				for name := range namesOf(v) {
					all[name] = append(all[name], v.Key)
				}
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
	}
	return all, nil
}

// namesOf are all names of a place, and its code, as they are compared.
func namesOf(v *record.Version) map[string]bool {
	all := map[string]bool{}
	for _, name := range append(strings.Split(v.Text("aliases"), "|"), v.Text("name"), v.Text("p-code")) {
		if one := spelt(name); one != "" {
			all[one] = true
		}
	}
	return all
}

// Located is where a text says that something was.
type Located struct {
	Text     string // as it was typed, with the code of the place where it has one
	Lat, Lon string // of the middle of the place, degrees with two decimals: about a kilometre
}

const (
	// widest is the level of areas whose middle says nothing of where something was:
	// a country or a department.
	widest = 1
	// apart is how many degrees two places of one name may lie apart and still be
	// taken for one, as a town and the post in it: some five kilometres.
	apart = 0.045
)

// Locate gives where a place is that a text names: by one of its names, whatever
// their case and accents, or by its p-code. ok is false where no place that the
// actor may read is named so, or several in different spots are: nobody's guess is
// better than the words themselves.
func (g *Gazetteer) Locate(ctx context.Context, who access.Actor, mission, text string) (at Located, ok bool, err error) {
	name, code := cutCode(text)
	keys, err := g.named(ctx, mission, cmp.Or(code, name))
	if err != nil {
		return at, false, err
	}
	var found []spot
	for _, key := range keys {
		rec, err := g.door.Record(ctx, who, key, record.AsOf{})
		if fail.Is(err, fail.NotFound) {
			continue // nobody's business, or gone since
		}
		if err != nil {
			return at, false, err
		}
		if s, ok := spotOf(&rec); ok {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return at, false, nil
	}
	// The order in which places were written must not decide.
	slices.SortFunc(found, func(a, b spot) int { return cmp.Or(cmp.Compare(a.kind, b.kind), strings.Compare(a.ref, b.ref)) })
	for _, s := range found {
		if math.Abs(s.lat-found[0].lat) > apart || math.Abs(math.Remainder(s.lon-found[0].lon, 360)) > apart {
			return at, false, nil
		}
	}
	return found[0].located(text, code), true, nil
}

// spot is a place that is named as was asked.
type spot struct {
	kind      int // where the kind stands in [Named]
	ref, code string
	lat, lon  float64
}

func (s *spot) located(text, code string) Located {
	at := Located{Text: strings.TrimSpace(text), Lat: coarse(s.lat), Lon: coarse(s.lon)}
	if code == "" && s.code != "" && spelt(text) != spelt(s.code) {
		at.Text += " (" + s.code + ")"
	}
	return at
}

// spotOf is where a place is; ok is false for one of which that is not known, or
// that is too wide.
func spotOf(rec *record.Version) (s spot, ok bool) {
	lat, errLat := strconv.ParseFloat(rec.Text("lat"), 64)
	lon, errLon := strconv.ParseFloat(rec.Text("lon"), 64)
	if errLat != nil || errLon != nil {
		return s, false
	}
	if Wide(rec) {
		return s, false
	}
	return spot{slices.Index(Named(), rec.Kind), rec.Ref, rec.Text("p-code"), lat, lon}, true
}

// Wide reports whether a place is an area whose middle says nothing of where something
// was.
func Wide(rec *record.Version) bool {
	level, err := strconv.Atoi(rec.Text("level"))
	return err == nil && level <= widest
}

// cutCode takes the code off a text that [Located] has added it to.
func cutCode(text string) (name, code string) {
	text = strings.TrimSpace(text)
	before, last, ok := strings.Cut(text, " (")
	if !ok || !strings.HasSuffix(last, ")") || strings.Contains(last, " ") || !strings.ContainsFunc(last, unicode.IsDigit) {
		return text, ""
	}
	return before, strings.TrimSuffix(last, ")")
}

// spelt is a name as names are compared: without accents, case and signs.
func spelt(name string) string {
	return strings.Join(strings.FieldsFunc(record.FoldText(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// coarse is a coordinate with two decimals at most, as the desk writes it: of a
// place nothing finer is known.
func coarse(f float64) string {
	return strconv.FormatFloat(math.Round(f*100)/100+0, 'f', -1, 64)
}
