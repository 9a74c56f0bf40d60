package measure_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// naive evaluates a level measure the slow and obvious way: each record as it
// was known, one after the other, without columns.
func naive(w *world, d *measure.Definition, q measure.Query) (rows map[string]int64, records int, unknown map[string]int) {
	rows, unknown = map[string]int64{}, map[string]int{}
	counted := map[string]bool{}
	end := q.At.Truncate(time.Second).Add(time.Second)
	for _, versions := range w.records {
		v, ok := inForce(versions, q.Known)
		if !ok || v.State != record.Live {
			continue
		}
		for _, term := range d.Terms {
			if v.Kind != term.Kind || !allowed(v, term) {
				continue
			}
			if c := q.Where["contributor"]; len(c) > 0 && !slices.Contains(c, said(v, "contributor")) {
				continue
			}
			switch {
			case v.Lo.IsZero() && v.Hi.IsZero():
				unknown[measure.NoDate]++
			case !v.Lo.Before(end):
			case v.Hi.After(end):
				unknown[measure.MaybeByThen]++
			default:
				parts := split(v, q.By)
				if parts == nil {
					unknown[measure.NumberMissing]++
					continue
				}
				for part, n := range parts {
					key := ""
					for _, b := range q.By {
						key += map[bool]string{true: part, false: said(v, b)}[b == "sex"] + " "
					}
					rows[key] += int64(term.Sign) * n
					counted[v.Key.String()] = true
				}
			}
		}
	}
	return rows, len(counted), unknown
}

func inForce(versions []record.Version, known time.Time) (record.Version, bool) {
	var found record.Version
	ok := false
	for _, v := range versions {
		if known.IsZero() || v.KnownFrom.Before(known.Truncate(time.Second).Add(time.Second)) {
			found, ok = v, true
		}
	}
	return found, ok
}

func said(v record.Version, field string) string {
	if text := v.Text(field); text != "" {
		return text
	}
	return measure.Unsaid
}

func allowed(v record.Version, term measure.Term) bool {
	for f, codes := range term.When {
		if !slices.Contains(codes, v.Text(f)) {
			return false
		}
	}
	for _, f := range term.Unset {
		if v.Text(f) != "" {
			return false
		}
	}
	return true
}

// split gives the parts of a record's persons; nil when the number is not known.
func split(v record.Version, by []string) map[string]int64 {
	number := func(f string) (n int64, ok bool) {
		_, err := fmt.Sscan(v.Text(f), &n)
		return n, err == nil
	}
	women, hasWomen := number("women")
	men, hasMen := number("men")
	persons, ok := number("persons")
	if !ok {
		if !hasWomen || !hasMen {
			return nil
		}
		persons = women + men
	}
	if !slices.Contains(by, "sex") {
		return map[string]int64{"": persons}
	}
	parts := map[string]int64{}
	if hasWomen {
		parts["F"] = women
	}
	if hasMen {
		parts["M"] = men
	}
	if rest := persons - women - men; rest != 0 {
		parts[measure.Unsaid] = rest
	}
	return parts
}

var origin = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// anyVersion draws a version of a movement or a casualty.
func anyVersion(t *rapid.T) (record.Key, record.Version) {
	kindID := rapid.SampledFrom([]string{"movement", "casualty"}).Draw(t, "kind")
	key := record.Key{Mission: mission, Kind: kindID, Ref: fmt.Sprint("r", rapid.IntRange(0, 9).Draw(t, "ref"))}
	v := record.Version{
		KnownFrom: origin.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "known")) * time.Hour),
		State:     rapid.SampledFrom([]record.State{record.Live, record.Live, record.Live, record.Struck, record.Withdrawn}).Draw(t, "state"),
		Fields:    map[string]journal.Value{},
	}
	if rapid.IntRange(0, 9).Draw(t, "dated") > 0 {
		v.Lo = origin.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "lo")) * time.Hour)
		v.Hi = v.Lo.Add(rapid.SampledFrom([]time.Duration{time.Millisecond, time.Hour, 5 * time.Hour}).Draw(t, "long"))
	}
	set := func(field string, values ...string) {
		if text := rapid.SampledFrom(values).Draw(t, field); text != "" {
			v.Fields[field] = journal.Value{Text: text}
		}
	}
	set("contributor", "AAA", "BBB", "CCC", "")
	set("direction", "IN", "OUT", "LEAVE", "RETURN", "MEDEVAC")
	set("status", "INJURED", "MISSING", "DECEASED")
	set("left-by", "", "r1")
	set("persons", "", "0", "3", "250", "900000")
	set("women", "", "", "1")
	set("men", "", "", "2")
	return key, v
}

// Whatever is recorded, in whatever order it comes and is asked between, the
// columns give what the records give one by one.
func TestColumnsGiveWhatTheRecordsGive(t *testing.T) {
	kinds, set := definitions(t)
	rapid.Check(t, func(t *rapid.T) {
		w := &world{kinds: kinds, set: set, zone: time.UTC, now: origin.AddDate(1, 0, 0), records: map[int64][]record.Version{}, ids: map[record.Key]int64{}}
		w.engine = w.fresh()
		for range rapid.IntRange(0, 40).Draw(t, "statements") {
			key, v := anyVersion(t)
			if id, ok := w.ids[key]; ok && slices.ContainsFunc(w.records[id], func(o record.Version) bool { return o.KnownFrom.Equal(v.KnownFrom) }) {
				continue // two statements of one instant are settled by the fold, not here
			}
			w.add(key, v)
			if rapid.Bool().Draw(t, "ask between") {
				compare(t, w)
			}
		}
		compare(t, w)
	})
}

func compare(t *rapid.T, w *world) {
	q := measure.Query{
		Mission: mission, Measure: rapid.SampledFrom([]string{"strength.present", "strength.arrived", "strength.assigned", "casualties.deaths"}).Draw(t, "measure"),
		By: rapid.SampledFrom([][]string{nil, {"contributor"}, {"sex"}, {"contributor", "sex"}}).Draw(t, "by"),
		At: origin.Add(time.Duration(rapid.IntRange(-1, 30).Draw(t, "at")) * 30 * time.Minute),
	}
	if rapid.Bool().Draw(t, "as known") {
		q.Known = origin.Add(time.Duration(rapid.IntRange(-1, 40).Draw(t, "known at")) * 30 * time.Minute)
	}
	if rapid.Bool().Draw(t, "filtered") {
		q.Where = map[string][]string{"contributor": {"AAA", measure.Unsaid}}
	}
	d, err := w.set.Get(q.Measure)
	if err != nil {
		t.Fatal(err)
	}
	wantRows, wantRecords, wantUnknown := naive(w, d, q)
	for which, engine := range map[string]*measure.Engine{"kept current": w.engine, "read afresh": w.fresh()} {
		f, err := engine.Figure(t.Context(), access.Local(), q)
		if err != nil {
			t.Fatal(err)
		}
		gotRows, sum := map[string]int64{}, int64(0)
		for _, r := range f.Rows {
			key := ""
			for _, b := range q.By {
				key += r.By[b] + " "
			}
			gotRows[key] = int64(r.Value / measure.One)
			sum += gotRows[key]
			if len(r.Evidence) != r.Records {
				t.Fatalf("%s: %d records, %d named", which, r.Records, len(r.Evidence))
			}
			list(t, engine, q, r)
		}
		gotUnknown := map[string]int{}
		for _, u := range f.Unknown {
			gotUnknown[u.Code]++
		}
		if diff := cmp.Diff([]any{wantRows, wantRecords, wantUnknown}, []any{gotRows, f.Records, gotUnknown}); diff != "" {
			t.Fatalf("%s: %+v\n%s", which, q, diff)
		}
		if f.Total != nil && int64(*f.Total/measure.One) != sum {
			t.Fatalf("the rows give %d, the total is %s", sum, f.Total)
		}
	}
}

// list holds that the list behind a row is as long as the row says.
func list(t *rapid.T, e *measure.Engine, q measure.Query, r measure.Row) {
	where := maps.Clone(q.Where)
	if where == nil {
		where = map[string][]string{}
	}
	for dim, value := range r.By {
		where[dim] = []string{value}
	}
	q.Where = where
	refs, after := []string{}, ""
	for {
		page, err := e.Records(t.Context(), access.Local(), q, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != r.Records {
			t.Fatalf("the list has %d records, the row says %d", page.Total, r.Records)
		}
		for _, v := range page.Versions {
			refs = append(refs, v.Kind+"/"+v.Ref)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	var want []string
	for _, k := range r.Keys {
		want = append(want, k.Kind+"/"+k.Ref)
	}
	if strings.Join(refs, " ") != strings.Join(want, " ") {
		t.Fatalf("listed %v, evidence %v", refs, want)
	}
}

// A series gives at each time what the figure gives; the flows of a period close.
func TestSeriesAndIdentityAgreeWithTheFigure(t *testing.T) {
	kinds, set := definitions(t)
	rapid.Check(t, func(t *rapid.T) {
		w := &world{kinds: kinds, set: set, zone: time.UTC, now: origin.AddDate(1, 0, 0), records: map[int64][]record.Version{}, ids: map[record.Key]int64{}}
		w.engine = w.fresh()
		for range rapid.IntRange(0, 25).Draw(t, "statements") {
			key, v := anyVersion(t)
			w.add(key, v)
		}
		q := measure.Query{Mission: mission, Measure: "strength.present"}
		times := func() (out []time.Time) {
			for i := range 8 {
				out = append(out, origin.Add(time.Duration(i)*3*time.Hour))
			}
			return out
		}()
		lines, err := w.engine.At(t.Context(), access.Local(), q, times)
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range times {
			q.At = at
			f, err := w.engine.Figure(t.Context(), access.Local(), q)
			if err != nil {
				t.Fatal(err)
			}
			var got *measure.Amount
			if len(lines) > 0 {
				got = lines[0].Points[i].Value
			}
			if (got == nil) != (f.Total == nil) || got != nil && *got != *f.Total {
				t.Fatalf("at %s the series gives %v, the figure %v", at, got, f.Total)
			}
		}
		period := measure.Query{Mission: mission, Measure: "strength.present", By: []string{"contributor", "sex"}, From: times[2], At: times[6]}
		flows, err := w.engine.Identity(t.Context(), access.Local(), period)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range flows {
			if !f.Closes() {
				t.Fatalf("does not close: %+v", f)
			}
		}
	})
}
