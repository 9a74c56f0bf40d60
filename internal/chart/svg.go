package chart

import (
	"html"
	"math"
	"strconv"
	"strings"
)

// drawing collects the text of one picture.
type drawing struct{ strings.Builder }

// frame is the outer element of a picture.
type frame struct {
	class, id     string
	width, height float64
	links         bool // something in it can be followed
}

// open starts a picture that is announced with its name: as one image, or as a
// group where what is in it can be followed.
func (d *drawing) open(f frame) {
	role := "img"
	if f.links {
		role = "group"
	}
	d.WriteString(`<svg class="` + esc(f.class) + `" viewBox="0 0 ` + num(f.width) + " " + num(f.height) +
		`" role="` + role + `" aria-labelledby="` + esc(f.id) + `-t" aria-describedby="` + esc(f.id) + `-d" focusable="false">`)
}

// link wraps a path with its words in a link, where it leads somewhere.
func (d *drawing) link(href, label, class, path string) {
	shape := `<path class="` + esc(class) + `" d="` + path + `"><title>` + esc(label) + `</title></path>`
	if href != "" {
		shape = `<a href="` + esc(href) + `" aria-label="` + esc(label) + `">` + shape + `</a>`
	}
	d.WriteString(shape)
}

func (d *drawing) name(id, title, desc string) {
	d.WriteString(`<title id="` + esc(id) + `-t">` + esc(title) + `</title><desc id="` + esc(id) + `-d">` + esc(desc) + `</desc>`)
}

func (d *drawing) path(class, path string) {
	d.WriteString(`<path class="` + class + `" d="` + path + `"/>`)
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.path(class, "M"+pair(x1, y1)+"L"+pair(x2, y2))
}

// text anchors are start, middle and end.
func (d *drawing) text(class, anchor string, x, y float64, s string) {
	d.WriteString(`<text class="` + class + `" text-anchor="` + anchor + `" x="` + num(x) + `" y="` + num(y) + `">` + esc(s) + `</text>`)
}

func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

func esc(s string) string { return html.EscapeString(s) }

// num keeps one decimal: finer steps cannot be seen and cost bytes on a thin link.
func num(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

func pair(x, y float64) string { return num(x) + " " + num(y) }

// symbol is the path of a mark of radius r around x, y. Shapes differ so that
// nothing is told by colour alone.
func symbol(shape string, x, y, r float64) string {
	switch shape {
	case "square":
		r *= 0.88
		return "M" + pair(x-r, y-r) + "h" + num(2*r) + "v" + num(2*r) + "h" + num(-2*r) + "z"
	case "triangle":
		return "M" + pair(x, y-r) + "L" + pair(x+r, y+r*0.8) + "H" + num(x-r) + "z"
	case "diamond":
		return "M" + pair(x, y-r) + "L" + pair(x+r, y) + "L" + pair(x, y+r) + "L" + pair(x-r, y) + "z"
	case "cross":
		// An outline like the others: two bare strokes would have nothing to fill.
		t := r * 0.4
		return "M" + pair(x-r, y-r+t) + "L" + pair(x-r+t, y-r) + "L" + pair(x, y-t) + "L" + pair(x+r-t, y-r) + "L" + pair(x+r, y-r+t) + "L" + pair(x+t, y) +
			"L" + pair(x+r, y+r-t) + "L" + pair(x+r-t, y+r) + "L" + pair(x, y+t) + "L" + pair(x-r+t, y+r) + "L" + pair(x-r, y+r-t) + "L" + pair(x-t, y) + "z"
	default:
		return "M" + pair(x-r, y) + "a" + pair(r, r) + " 0 1 0 " + pair(2*r, 0) + "a" + pair(r, r) + " 0 1 0 " + pair(-2*r, 0) + "z"
	}
}
