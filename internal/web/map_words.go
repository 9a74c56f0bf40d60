package web

import "github.com/a-h/templ"

// movingParts are what the script reads of the map it opens: addresses and the
// words it says.
func (v *visit) movingParts(b movingMap) templ.Attributes {
	a := templ.Attributes{
		"data-module": b.module, "data-worker": b.worker, "data-military": b.military,
		"data-base": b.base, "data-points": b.points, "data-layers": b.layers, "data-first": b.first,
	}
	for name, key := range map[string]string{
		"name": "map.name", "in": "map.in", "out": "map.out", "whole": "map.whole", "close": "map.close", "read": "map.read",
		"group": "map.group", "counted": "map.counted", "none": "map.nothing", "failed": "map.failed", "today": "map.today", "picked": "map.picked",
	} {
		a["data-say-"+name] = v.t(key)
	}
	return a
}
