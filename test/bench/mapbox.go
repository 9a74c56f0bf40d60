package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"
)

// mapBoxes is what the moving map asks for: boxes of all sizes anywhere on the map,
// with both dates and a filter, by readers who may see all, some and little. The
// first question after a start reads the places, and is told by itself.
func (b *bench) mapBoxes() error {
	if err := b.held(); err != nil {
		return err
	}
	readers, err := b.readers()
	if err != nil {
		return err
	}
	start := time.Now()
	if _, _, err := b.askPage(readers[0], "/bench/map/points.json?zoom=3"); err != nil {
		return err
	}
	b.line("first map box after a start (reads the places)", time.Since(start).Round(time.Millisecond), "")
	for _, view := range []struct {
		what, narrow string
		wide, zoom   float64
	}{
		{"the world", "", 360, 1},
		{"the mission", "", 2.5, 8},
		{"the mission, both dates", "&at=2023-06-30&known=2023-06-30", 2.5, 8},
		{"the mission, a month", "&at=2023-06-30&from=2023-06-01", 2.5, 8},
		{"the mission, a filter", "&category=SHOOTING", 2.5, 8},
		{"a department, a filter and both dates", "&category=SHOOTING&at=2023-06-30&known=2023-06-30", 0.6, 10},
		{"a city", "", 0.06, 13},
	} {
		if err := b.mapView(view.what, view.narrow, view.wide, view.zoom, readers[1:]); err != nil {
			return err
		}
	}
	return nil
}

// mapView asks for boxes of one size as each reader in turn.
func (b *bench) mapView(what, narrow string, wide, zoom float64, readers []reader) error {
	r := rand.New(rand.NewPCG(9, 9))
	took := make([][]time.Duration, len(readers))
	size := make([]int, len(readers))
	for range asked {
		south, west := 18+r.Float64()*max(0, 2-wide), -74+r.Float64()*max(0, 2-wide)
		box := fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", west-wide/8, south-wide/8, west+wide, south+wide*0.7)
		if wide > 180 {
			box = "-180,-85,180,85"
		}
		address := fmt.Sprintf("/bench/map/points.json?box=%s&zoom=%.0f%s", box, zoom, narrow)
		for i, who := range readers {
			d, n, err := b.askPage(who, address)
			if err != nil {
				return err
			}
			took[i], size[i] = append(took[i], d), n
		}
	}
	for i, who := range readers {
		slices.Sort(took[i])
		b.line("map box, "+what+": "+who.name, took[i][asked/2].Round(10*time.Microsecond),
			fmt.Sprintf("p99 %v, %d kB; goal under 50 ms", took[i][asked*99/100].Round(10*time.Microsecond), size[i]>>10))
	}
	return nil
}

// askPage asks a whole site for a page.
func (b *bench) askPage(who reader, address string) (took time.Duration, size int, err error) {
	r := httptest.NewRequestWithContext(b.ctx, http.MethodGet, address, nil)
	r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:1"
	if who.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "konbit_session", Value: who.cookie})
	}
	answer := httptest.NewRecorder()
	start := time.Now()
	who.site.ServeHTTP(answer, r)
	took = time.Since(start)
	if answer.Code != http.StatusOK {
		return took, 0, fmt.Errorf("%s as %s: %d %s", address, who.name, answer.Code, answer.Body.String())
	}
	return took, answer.Body.Len(), nil
}
