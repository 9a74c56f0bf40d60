package sitrep

import (
	"math"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/record"
)

// Plan is a plain map of where something happened. What it shows stands in the
// table beside it, which is its text for who does not see it.
type Plan struct {
	Caption string       `json:"caption"`
	Points  []PlanPoint  `json:"points"`
	Terms   string       `json:"terms"` // where the outlines are from, and on what terms
	Land    []chart.Area `json:"-"`
}

// PlanPoint is a place on a plan, with the numbers of the rows of the table that
// happened there, joined by commas.
type PlanPoint struct {
	Rows string  `json:"rows"`
	Lat  float64 `json:"lat"` // degrees, WGS 84
	Lon  float64 `json:"lon"`
}

// planStep is how close two things may lie, as a part of the height of the land, and
// still be one point: closer, their numbers could not be read.
const planStep = 1.0 / 30

// mostRows is how many rows a point names; of more it says how many there are.
const mostRows = 4

// plan shows where incidents happened; nil where the mission has no map, or none of
// them a position. Outside the mission a position is told to a kilometre at most, as
// the table tells no grid there.
func (c *composer) plan(list []record.Version) *Plan {
	if c.m.Land == nil {
		return nil
	}
	land, terms := c.m.Land()
	if len(land) == 0 {
		return nil
	}
	p := &Plan{Caption: c.t("report.map"), Land: land, Terms: terms}
	step := planStep * chart.Map{Areas: land}.Height()
	var rows [][]string
	for i := range list {
		at, ok := c.spot(&list[i])
		if !ok {
			continue
		}
		near := 0
		for near < len(p.Points) && (math.Abs(p.Points[near].Lat-at.Lat) > step || math.Abs(p.Points[near].Lon-at.Lon) > step) {
			near++
		}
		if near == len(p.Points) {
			p.Points, rows = append(p.Points, PlanPoint{Lat: at.Lat, Lon: at.Lon}), append(rows, nil)
		}
		rows[near] = append(rows[near], c.num(i+1))
	}
	if len(p.Points) == 0 {
		return nil
	}
	for i, all := range rows {
		p.Points[i].Rows = strings.Join(all[:min(len(all), mostRows)], ", ")
		if more := len(all) - mostRows; more > 0 {
			p.Points[i].Rows += " +" + c.num(more)
		}
	}
	return p
}

// spot is the position of a record as this version of the report may tell it.
func (c *composer) spot(v *record.Version) (at chart.Position, ok bool) {
	lat, err := strconv.ParseFloat(v.Text("lat"), 64)
	lon, err2 := strconv.ParseFloat(v.Text("lon"), 64)
	if err != nil || err2 != nil {
		return at, false
	}
	if !c.for5.inside() {
		lat, lon = math.Round(lat*100)/100, math.Round(lon*100)/100
	}
	return chart.Position{Lat: lat, Lon: lon}, true
}

// Chart is the plan as it is drawn.
func (p *Plan) Chart(id string) chart.Map {
	m := chart.Map{ID: id, Title: p.Caption, Desc: p.Terms, Areas: p.Land}
	for _, x := range p.Points {
		m.Symbols = append(m.Symbols, chart.Symbol{
			Position: chart.Position{Lat: x.Lat, Lon: x.Lon}, Shape: "circle", Class: "symbol-alarm", Label: x.Rows, Mark: x.Rows,
		})
	}
	return m
}
