package places_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/places"
	"konbit.org/konbit/internal/record"
)

// shelf is a door to a few places, of which the public may read those marked so.
type shelf []record.Version

func (s shelf) List(_ context.Context, _ access.Actor, q record.Query) (page record.Page, _ error) {
	for i := range s {
		if s[i].Kind == q.Kind {
			page.Versions = append(page.Versions, s[i])
		}
	}
	return page, nil
}

func (s shelf) Record(_ context.Context, who access.Actor, key record.Key, _ record.AsOf) (record.Version, error) {
	for i := range s {
		if s[i].Key == key && (who.IsLocal() || s[i].Text("marking") == "public") {
			return s[i], nil
		}
	}
	return record.Version{}, fail.New(fail.NotFound, "no record", "")
}

func place(kind, ref string, fields ...string) record.Version {
	v := record.Version{Key: record.Key{Mission: "vale", Kind: kind, Ref: ref}, Fields: map[string]journal.Value{}}
	for i := 0; i < len(fields); i += 2 {
		v.Fields[fields[i]] = journal.Value{Text: fields[i+1]}
	}
	return v
}

func vale() shelf {
	return shelf{
		place("place", "plc-1", "name", "Pont-Sondé", "aliases", "Pon Sonde|Puente Sondé", "p-code", "VA0511-02", "level", "3", "lat", "19.158321", "lon", "-72.614512", "marking", "public"),
		place("post", "pst-1", "name", "Pont-Sondé", "lat", "19.1612", "lon", "-72.6101"),
		place("place", "plc-2", "name", "Saint-Marc", "p-code", "VA0511", "level", "2", "lat", "19.1082", "lon", "-72.6938"),
		place("place", "plc-3", "name", "Carrefour", "p-code", "VA0111", "level", "2", "lat", "18.5342", "lon", "-72.4092"),
		place("place", "plc-4", "name", "Carrefour", "p-code", "VA0999", "level", "3", "lat", "19.9", "lon", "-72.8"),
		place("place", "plc-5", "name", "Upper Vale", "p-code", "VA05", "level", "1", "lat", "19.3", "lon", "-72.5"),
		place("place", "plc-7", "name", "Ferry", "level", "3", "lat", "19.2", "lon", "-72.7"),
		place("place", "plc-8", "name", "Ferry", "level", "3", "lat", "19.21", "lon", "-72.71"),
		place("place", "plc-6", "name", "Nowhere Known", "level", "3"),
	}
}

func TestATextNamesAPlace(t *testing.T) {
	for text, want := range map[string]places.Located{
		"pont sonde":             {Text: "pont sonde (VA0511-02)", Lat: "19.16", Lon: "-72.61"},
		"Pont-Sondé (VA0511-02)": {Text: "Pont-Sondé (VA0511-02)", Lat: "19.16", Lon: "-72.61"},
		" PUENTE  sondé ":        {Text: "PUENTE  sondé (VA0511-02)", Lat: "19.16", Lon: "-72.61"},
		"va0511":                 {Text: "va0511", Lat: "19.11", Lon: "-72.69"},
		"Carrefour (VA0999)":     {Text: "Carrefour (VA0999)", Lat: "19.9", Lon: "-72.8"},
		"Carrefour":              {}, // two, forty kilometres apart
		"Upper Vale":             {}, // a whole department
		"Nowhere Known":          {},
		"north of Pont-Sondé":    {}, // not the place, but near it
		"Pont":                   {},
		"":                       {},
		"(VA0511)":               {Text: "(VA0511)", Lat: "19.11", Lon: "-72.69"},
	} {
		at, ok, err := places.NewGazetteer(vale()).Locate(t.Context(), access.Local(), "vale", text)
		if err != nil || at != want || ok != (want != places.Located{}) {
			t.Errorf("%q: %+v, %v, %v, want %+v", text, at, ok, err, want)
		}
	}
}

func TestAPlaceThatMayNotBeReadIsNotThere(t *testing.T) {
	g := places.NewGazetteer(vale())
	if at, ok, err := g.Locate(t.Context(), access.Public(), "vale", "Saint-Marc"); ok || err != nil {
		t.Errorf("Saint-Marc is told of: %+v, %v", at, err)
	}
	if at, ok, err := g.Locate(t.Context(), access.Public(), "vale", "Pont-Sondé"); !ok || err != nil || at.Lat != "19.16" {
		t.Errorf("Pont-Sondé: %+v, %v", at, err)
	}
}

func TestNewNamesAreFoundOnceTheChangeIsTold(t *testing.T) {
	list := vale()
	g := places.NewGazetteer(&list)
	find := func() bool {
		_, ok, err := g.Locate(t.Context(), access.Local(), "vale", "Liancourt")
		return ok && err == nil
	}
	if find() {
		t.Fatal("it is there already")
	}
	list = append(list, place("place", "plc-9", "name", "Liancourt", "level", "3", "lat", "19.12", "lon", "-72.53"))
	g.Changed([]record.Changed{{Mission: "vale", Kind: "incident"}})
	if find() {
		t.Error("names are read again after an incident")
	}
	g.Changed([]record.Changed{{Mission: "vale", Kind: "place"}})
	if !find() {
		t.Error("a new place is not found")
	}
}

func TestTheOrderOfPlacesDoesNotDecide(t *testing.T) {
	names := []string{"Pont-Sondé", "pon sonde", "Carrefour", "VA0511", "Saint-Marc", "Upper Vale", "Ferry"}
	rapid.Check(t, func(rt *rapid.T) {
		list := vale()
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, name := range names {
			want, wantOK, _ := places.NewGazetteer(vale()).Locate(t.Context(), access.Local(), "vale", name)
			got, ok, err := places.NewGazetteer(list).Locate(t.Context(), access.Local(), "vale", name)
			if err != nil || got != want || ok != wantOK {
				rt.Fatalf("%s: %+v, %v, %v, want %+v", name, got, ok, err, want)
			}
		}
	})
}
