package sitrep

import (
	"codeberg.org/go-pdf/fpdf"

	"konbit.org/konbit/internal/chart"
)

// plan draws a map in greys, so that it reads the same on any printer.
func (p *pdfWriter) plan(plan *Plan) {
	const highest = 105.0
	m := plan.Chart("")
	place, height, ok := m.Layout(bodyWidth, highest)
	if !ok {
		return
	}
	p.Ln(2)
	p.need(height + 10)
	p.font("B", 8.5)
	p.line(plan.Caption, lineHigh)
	top := p.GetY() + 0.5
	at := func(spot chart.Position) fpdf.PointType {
		x, y := place(spot)
		return fpdf.PointType{X: marginX + x, Y: top + y}
	}
	p.ClipRect(marginX, top, bodyWidth, height, false) // what lies beyond the outlines is in the table alone
	p.SetLineWidth(0.15)
	p.SetFillColor(238, 238, 238)
	p.SetDrawColor(140, 140, 140)
	for _, area := range plan.Land {
		for _, ring := range area.Rings {
			var points []fpdf.PointType
			for _, spot := range ring {
				if next := at(spot); len(points) == 0 || far(next, points[len(points)-1]) {
					points = append(points, next)
				}
			}
			if len(points) > 2 {
				p.Polygon(points, "DF")
			}
		}
	}
	p.SetDrawColor(255, 255, 255)
	p.SetFillColor(0, 0, 0)
	for _, x := range plan.Points {
		spot := at(chart.Position{Lat: x.Lat, Lon: x.Lon})
		p.Circle(spot.X, spot.Y, 1.3, "DF")
	}
	p.font("B", 7)
	for _, x := range plan.Points {
		p.number(at(chart.Position{Lat: x.Lat, Lon: x.Lon}), shown(x.Rows))
	}
	p.ClipEnd()
	p.SetXY(marginX, top+height+1)
	p.font("", 6.5)
	for _, line := range p.wrap(plan.Terms, bodyWidth) {
		p.line(line, 3.2)
	}
	p.Ln(1)
}

// number stands beside a point on a white ground, to its left where the page ends.
func (p *pdfWriter) number(spot fpdf.PointType, text string) {
	wide := p.GetStringWidth(text) + 1
	x := spot.X + 1.8
	if x+wide > pageWidth-marginX {
		x = spot.X - 1.8 - wide
	}
	p.SetFillColor(255, 255, 255)
	p.SetAlpha(0.75, "Normal")
	p.Rect(x, spot.Y-1.6, wide, 3.2, "F")
	p.SetAlpha(1, "Normal")
	p.SetXY(x, spot.Y-1.6)
	p.CellFormat(wide, 3.2, text, "", 0, "C", false, 0, "")
}

// far reports whether a point can be seen apart from the one before, in millimetres.
func far(a, b fpdf.PointType) bool {
	const least = 0.15
	return a.X-b.X > least || b.X-a.X > least || a.Y-b.Y > least || b.Y-a.Y > least
}
