package web

import (
	"slices"

	"github.com/a-h/templ"

	"konbit.org/konbit/internal/lang"
)

// postName is the field in which a kept form names its post.
func (f keptForm) postName() string {
	if f.id == "input" {
		return "f.post"
	}
	return "post"
}

// outboxWords are what the script of the outbox must know and say.
func (v *visit) outboxWords() templ.OrderedAttributes {
	a := templ.OrderedAttributes{
		{Key: "data-person", Value: v.personKey()}, {Key: "data-name", Value: v.session.Name}, {Key: "data-sw", Value: "/-/" + workerFile},
	}
	if v.mission != nil && v.mayKeep() {
		a = append(a, attribute{Key: "data-kept", Value: address(v.mission.ID, "kept")})
	}
	return append(a, v.outboxSays[v.lang]...)
}

type attribute = templ.KeyValue[string, any]

// outboxSays are the words of the outbox by language: they stand on every page of
// who is signed in.
func outboxSays(words *lang.Catalogue) map[string]templ.OrderedAttributes {
	all := map[string]templ.OrderedAttributes{}
	for _, tongue := range lang.Languages() {
		for _, word := range []string{"waiting", "sending", "signin", "refused", "sent", "other", "now", "signedoff", "mend", "drop", "sure", "open"} {
			all[tongue] = append(all[tongue], attribute{Key: "data-say-" + word, Value: words.Say(tongue, "kept.say."+word, nil)})
		}
	}
	return all
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
