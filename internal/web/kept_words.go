package web

import (
	"slices"

	"github.com/a-h/templ"
)

// postName is the field in which a kept form names its post.
func (f keptForm) postName() string {
	if f.id == "input" {
		return "f.post"
	}
	return "post"
}

// outboxWords are what the script of the outbox must know and say.
func (v *visit) outboxWords() templ.Attributes {
	a := templ.Attributes{"data-person": v.personKey(), "data-name": v.session.Name, "data-sw": "/-/" + workerFile}
	if v.mission != nil && v.mayKeep() {
		a["data-kept"] = address(v.mission.ID, "kept")
	}
	for _, word := range []string{"waiting", "sending", "signin", "refused", "sent", "other", "now", "signedoff", "mend", "drop", "sure", "open"} {
		a["data-say-"+word] = v.t("kept.say." + word)
	}
	return a
}

// locateWords are what the button that asks a telephone where it is may say.
func (v *visit) locateWords() templ.Attributes {
	return templ.Attributes{"data-say-found": v.t("kept.locate.found"), "data-say-failed": v.t("kept.locate.failed")}
}

// scripts are the modules that a page runs. Who is signed in has the outbox on
// every page; what opens a map and what keeps a page fresh are in the same file, so
// that they cost no request.
func (v *visit) scripts(p *page) []string {
	all := slices.Clone(p.scripts)
	if v.locates && !slices.Contains(all, "map.js") {
		all = append(all, "map.js")
	}
	if v.session == nil {
		return all
	}
	all = slices.DeleteFunc(all, func(name string) bool { return name == "map.js" || name == "live.js" })
	return append([]string{"kept.js"}, all...)
}
