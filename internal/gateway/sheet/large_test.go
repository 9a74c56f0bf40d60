package sheet_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/gateway/sheet"
)

// long writes a sheet of things that fit no memory in a test.
func long(t testing.TB, rows int) sheet.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "long.csv")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "ref,name,persons,weight,colour,at,reported,source,place,lat,lon,note")
	for i := range rows {
		fmt.Fprintf(w, "T%07d,Gate %d,%d,%d.5,RED,2025-01-%02d,2025-02-01,S1,Place %d,18.%05d,-72.%05d,a note of ordinary length beside it\n",
			i, i, i%900, i%70, i%28+1, i%140, i%100000, i%100000)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return diskFile(t, name)
}

// importLong imports a long sheet and gives the most memory that was live or
// kept from the system at any chunk.
func importLong(t testing.TB, n *node, f sheet.File, rows int) (most uint64) {
	t.Helper()
	var last int64
	job := sheet.Job{Mission: "demo", Kind: "thing", Files: []sheet.File{f}, Progress: func(_ string, done, total int64, read int) {
		if done < last || done > total || total != f.Size {
			t.Errorf("progress %d after %d of %d", done, last, total)
		}
		last = done
		if read%(4*500) != 0 {
			return
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}}
	r, err := n.Import(t.Context(), access.Local(), job)
	if err != nil || r.New != rows {
		t.Fatalf("%v, %s", err, counts(r))
	}
	if last != f.Size {
		t.Errorf("progress ended at %d of %d", last, f.Size)
	}
	return most
}

func TestALongSheetNeedsNoMoreMemoryThanAShortOne(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(64 << 20))
	const rows = 8_000
	n := newNode(t, loadKinds(t))
	n.mustTake(sheet.Job{Kind: "source", Files: []sheet.File{file("s.csv", "ref,title\nS1,Letter\n")}})
	if most := importLong(t, n, long(t, rows), rows); most > 64<<20 {
		t.Errorf("%d MB of memory for %d rows", most>>20, rows)
	}
}

// BenchmarkImport200000 is the sheet of a whole country: rows per second, and
// the most memory at any time.
func BenchmarkImport200000(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(160 << 20))
	const rows = 200_000
	for b.Loop() {
		b.StopTimer()
		n := newNode(b, loadKinds(b))
		n.mustTake(sheet.Job{Kind: "source", Files: []sheet.File{file("s.csv", "ref,title\nS1,Letter\n")}})
		f := long(b, rows)
		start := time.Now()
		b.StartTimer()
		most := importLong(b, n, f, rows)
		b.ReportMetric(float64(most>>20), "MB")
		b.ReportMetric(rows/time.Since(start).Seconds(), "rows/s")
	}
}
