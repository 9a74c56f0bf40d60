package web

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/grid"
	"konbit.org/konbit/internal/record"
)

const (
	mostFound = 200 // of a kind; more is no answer
	mostNear  = 10
	nearby    = 5.0 // km
	kmDegree  = 111.32
	closeLook = "13" // size of the moving map at which a place is shown with what is around it
)

// placeFind is what was typed into the search for places and what it may mean.
type placeFind struct {
	text  string
	table *table // nil where nobody asked
	note  string
}

// foundPlace is a place with how well it fits: the least is the best.
type foundPlace struct {
	rec  record.Version
	fits float64
	note string
}

// findPlace looks for what the address asks: by every name that a place or a post
// goes by, by p-code, or around a position. A place that was renamed is one record
// with several names, and is found once.
func (v *visit) findPlace() (placeFind, error) {
	f := placeFind{text: strings.TrimSpace(v.r.URL.Query().Get("place"))}
	if f.text == "" {
		return f, nil
	}
	f.table = &table{caption: v.t("map.find.found", "text", f.text), empty: v.t("map.find.none", "text", f.text), columns: []column{
		{id: "name", label: v.t("map.find.name"), main: true, hxl: "#loc+name"},
		{id: "aliases", label: v.t("map.find.also"), hxl: "#loc+alt_name"},
		{id: "p-code", label: v.t("map.find.pcode"), hxl: "#loc+code"},
		{id: "position", label: v.t("map.col.place")},
		{id: "map", label: v.t("web.nav.map")},
		{id: "record", only: true},
	}}
	name, at, ok := typedPosition(f.text)
	if ok {
		f.table.rows = append(f.table.rows, []cell{{text: f.text, note: v.t("map.find.typed")}, {}, {}, v.positionCell(at), v.mapCell(at), {raw: void}})
	} else if grid.Looks(f.text) {
		f.note = v.t("map.find.bad", "text", f.text)
	}
	named, more, err := v.placesNamed(name)
	if err != nil {
		return f, err
	}
	if more {
		f.note = v.t("map.find.more")
	}
	if ok {
		near, err := v.placesNear(at)
		if err != nil {
			return f, err
		}
		named = append(named, slices.DeleteFunc(near, func(n foundPlace) bool {
			return slices.ContainsFunc(named, func(p foundPlace) bool { return p.rec.Key == n.rec.Key })
		})...)
	}
	for i := range named {
		f.table.rows = append(f.table.rows, v.placeRow(&named[i]))
	}
	return f, nil
}

func (v *visit) placeRow(p *foundPlace) []cell {
	rec := &p.rec
	row := []cell{
		{text: rec.Text("name"), href: v.recordLink(rec.Key), note: v.kindLabel(rec.Kind)},
		{text: strings.ReplaceAll(rec.Text("aliases"), "|", ", ")},
		{text: rec.Text("p-code")},
		{raw: void},
		{raw: void},
		{raw: rec.Kind + "/" + rec.Ref},
	}
	if p.note != "" {
		row[0].note += " · " + p.note
	}
	if at, ok := position(rec); ok {
		row[3], row[4] = v.positionCell(at), v.mapCell(at)
	}
	return row
}

// mapCell leads to the map with a position in its middle.
func (v *visit) mapCell(at chart.Position) cell {
	view := degreeText(at.Lat) + "," + degreeText(at.Lon) + "," + closeLook
	return cell{text: v.t("map.find.show"), raw: view, href: v.link(address(v.mission.ID, "map"), "view", view)}
}

// placeKinds are the kinds whose records are places with names.
func (v *visit) placeKinds() []string {
	return slices.DeleteFunc([]string{"post", "place"}, func(id string) bool {
		_, ok := v.mission.Kinds.Get(id)
		return !ok
	})
}

// placesNamed are the places of which some names have all words, each in full or
// as its beginning; a name that is just that stands first.
func (v *visit) placesNamed(text string) (found []foundPlace, more bool, err error) {
	asked := nameWords(text)
	if len(asked) == 0 {
		return nil, false, nil
	}
	for _, id := range v.placeKinds() {
		q := v.listQuery(id)
		q.Text, q.Begins, q.Limit = text, true, mostFound
		list, err := v.Lister.List(v.r.Context(), v.who, q)
		if err != nil {
			return nil, false, err
		}
		more = more || list.Next != ""
		for i := range list.Versions {
			if fits, ok := fitsName(&list.Versions[i], asked); ok {
				found = append(found, foundPlace{rec: list.Versions[i], fits: fits})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b foundPlace) int {
		return cmp.Or(cmp.Compare(a.fits, b.fits), strings.Compare(fold(a.rec.Text("name")), fold(b.rec.Text("name"))))
	})
	return found, more, nil
}

// fitsName says how well a place fits the words: 0 where a name is just them, 1
// where one begins with them, 2 where they are in its names. The index also finds
// them in notes, which name other places.
func fitsName(rec *record.Version, asked []string) (fits float64, ok bool) {
	var names []string
	fits = 2
	said := strings.Join(asked, " ")
	for _, name := range append(strings.Split(rec.Text("aliases"), "|"), rec.Text("name"), rec.Text("p-code")) {
		words := strings.Join(nameWords(name), " ")
		names = append(names, words)
		switch {
		case words == said:
			fits = 0
		case strings.HasPrefix(words, said):
			fits = min(fits, 1)
		}
	}
	all := " " + strings.Join(names, " ")
	for _, word := range asked {
		if !strings.Contains(all, " "+word) {
			return 0, false
		}
	}
	return fits, true
}

// nameWords are the words of a name without accents and case.
func nameWords(name string) []string {
	return strings.FieldsFunc(record.FoldText(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// placesNear are the places around a position, the nearest first.
func (v *visit) placesNear(at chart.Position) ([]foundPlace, error) {
	high := nearby / kmDegree
	wide := high / max(0.01, math.Cos(at.Lat*math.Pi/180))
	var found []foundPlace
	for _, id := range v.placeKinds() {
		q := v.listQuery(id)
		q.Limit = mostFound
		q.Box = &record.Box{West: max(-180, at.Lon-wide), South: max(-90, at.Lat-high), East: min(180, at.Lon+wide), North: min(90, at.Lat+high)}
		list, err := v.Lister.List(v.r.Context(), v.who, q)
		if err != nil {
			return nil, err
		}
		for i := range list.Versions {
			stands, ok := position(&list.Versions[i])
			if !ok {
				continue
			}
			km := math.Hypot(stands.Lat-at.Lat, (stands.Lon-at.Lon)*math.Cos(at.Lat*math.Pi/180)) * kmDegree
			found = append(found, foundPlace{list.Versions[i], km, v.dec(short(km)) + " km"})
		}
	}
	slices.SortStableFunc(found, func(a, b foundPlace) int { return cmp.Compare(a.fits, b.fits) })
	return found[:min(len(found), mostNear)], nil
}

// degreesTyped are two degrees, north first, with signs or letters; W is O where
// west is ouest or oeste. Behind a name they have decimals, else they are numbers.
var degreesTyped = regexp.MustCompile(`(?i)^(?:(.*?)[\s,]+)?([-+]?\d{1,2}(?:\.\d+)?)\s*°?\s*([NS]?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*°?\s*([EWO]?)$`)

// typedPosition takes a position off the end of a text: a military grid or
// degrees. What stands before it is a name; all of it where there is none.
func typedPosition(text string) (name string, at chart.Position, ok bool) {
	before, reference, cut := grid.Cut(text)
	if !cut && grid.Looks(text) {
		before, reference, cut = "", text, true
	}
	if cut {
		if square, err := grid.Parse(reference); err == nil {
			return before, chart.Position{Lat: square.Lat, Lon: square.Lon}, true
		}
		return text, at, false
	}
	m := degreesTyped.FindStringSubmatch(text)
	if m == nil || m[1] != "" && (!strings.Contains(m[2], ".") || !strings.Contains(m[4], ".")) {
		return text, at, false
	}
	lat, okLat := signed(m[2], m[3], "S", 90)
	lon, okLon := signed(m[4], m[5], "WO", 180)
	if !okLat || !okLon {
		return text, at, false
	}
	return m[1], chart.Position{Lat: lat, Lon: lon}, true
}

// signed is a number of degrees, turned round by its letter. A sign and a letter
// that contradict one another are no position.
func signed(text, letter, negative string, most float64) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > most || letter != "" && f < 0 {
		return 0, false
	}
	if letter != "" && strings.Contains(negative, strings.ToUpper(letter)) {
		f = 0 - f // never minus nothing
	}
	return f, true
}
