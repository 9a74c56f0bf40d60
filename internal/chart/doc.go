// Package chart draws small SVG pictures from numbers: a step chart of a figure
// over time, a bar beside a number, a mandate's stretch, and a plain map.
//
// It guarantees that a picture carries a title and a description for those who
// do not see it, that it has neither script nor style attributes (the page's
// style sheet paints it through classes, so it works in the dark, in print and
// under a strict content policy), and that all text in it is escaped. It knows
// no word of any mission: labels come in ready-made.
//
//	svg := chart.Step{ID: "s", Title: "Strength", Points: points}.SVG()
package chart
