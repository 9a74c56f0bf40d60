package web

import (
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/grid"
)

// How a time and a place are written wherever one stands: each has one way.

// timeWords is an instant as the room reads it: the date-time group, the mission's
// clocks and UTC. 251630QMAR25 · 16:30 (20:30Z)
func (v *visit) timeWords(t time.Time) string { return v.group(t) + " · " + v.clockWords(t) }

// gridOf is the military grid of a position to ten metres, which is more than most
// reports know; "" near the poles.
func (v *visit) gridOf(lat, lon float64) string {
	text, err := grid.Format(lat, lon, 4)
	if err != nil {
		return ""
	}
	return grid.Spaced(text)
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
