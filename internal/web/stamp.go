package web

import (
	"math"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/grid"
	"konbit.org/konbit/internal/record"
)

// How a time and a place are written wherever one stands: each has one way.

// timeWords is an instant as the room reads it: the date-time group, the mission's
// clocks and UTC. 251630QMAR25 · 16:30 (20:30Z)
func (v *visit) timeWords(t time.Time) string { return v.group(t) + " · " + v.clockWords(t) }

// gridOf is the military grid of a position to ten metres, which is more than most
// reports know, and to a kilometre or more where its degrees have no more decimals
// than that, as those of a place that was named; "" near the poles.
func (v *visit) gridOf(lat, lon float64) string {
	text, err := grid.Format(lat, lon, max(1, min(4, max(decimals(lat), decimals(lon)))))
	if err != nil {
		return ""
	}
	return grid.Spaced(text)
}

// decimals are those that a coordinate was given with.
func decimals(degrees float64) int {
	_, fraction, _ := strings.Cut(degreeText(degrees), ".")
	return len(fraction)
}

// gridAt is gridOf of degrees as they were typed; "" where they are none.
func (v *visit) gridAt(lat, lon string) string {
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	if errY != nil || errX != nil {
		return ""
	}
	return v.gridOf(y, x)
}

// eventCell is when something happened, as it was said; below it, where the minute
// is known, the group with both clocks.
func (v *visit) eventCell(at string) cell {
	c := cell{text: v.event(at), raw: at}
	if d, err := edtf.Parse(at); err == nil && d.IsInstant() {
		lo, _ := d.Bounds(v.location())
		c.note = v.timeWords(lo)
	}
	return c
}

// typedCell is a position with the grid first, which is what is said on the radio.
func (v *visit) typedCell(lat, lon string) cell {
	if text := v.gridAt(lat, lon); text != "" {
		return cell{text: text, note: lat + ", " + lon}
	}
	return cell{text: lat + ", " + lon}
}

// positionCell is typedCell of a position; a hand's breadth is enough.
func (v *visit) positionCell(at chart.Position) cell {
	return v.typedCell(degreeText(at.Lat), degreeText(at.Lon))
}

func degreeText(f float64) string { return strconv.FormatFloat(math.Round(f*1e6)/1e6, 'f', -1, 64) }

// placeCell is where something is: the place as it was said, with the grid of its
// position unless the place is one; without a place, the grid.
func (v *visit) placeCell(rec *record.Version) cell {
	text, military := rec.Text("place"), ""
	if at, ok := position(rec); ok {
		military = v.gridOf(at.Lat, at.Lon)
	}
	if text == "" {
		return cell{text: military, raw: void}
	}
	c := cell{text: text, raw: text, href: v.placeLink(text), note: military}
	if _, _, said := grid.Cut(text); said {
		c.note = ""
	}
	return c
}

// placeLink looks a place up by whichever of its names was written.
func (v *visit) placeLink(text string) string {
	return v.link(address(v.mission.ID, "map"), "place", text)
}
