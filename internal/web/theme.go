package web

// theme is a set of colours that a visitor may choose; see static/base/tokens.css
// and docs/design.md. Without a choice the device decides between light and dark;
// night is for a dark room and always somebody's choice.
type theme struct {
	id, key, sign string
	bar           string // what a phone paints around the page: --raised
}

func allThemes() []theme {
	return []theme{
		{"light", "web.nav.light", "○", "#fffefb"},
		{"dark", "web.nav.dark", "◐", "#1a1f23"},
		{"night", "web.nav.night", "●", "#110706"},
	}
}

func themeIDs() []string {
	var ids []string
	for _, t := range allThemes() {
		ids = append(ids, t.id)
	}
	return ids
}

// themeLink is one of the three in the head of a page.
type themeLink struct {
	id, label, sign string
	chosen          bool
}

func (v *visit) themes() []themeLink {
	var links []themeLink
	for _, t := range allThemes() {
		links = append(links, themeLink{id: t.id, label: v.t(t.key), sign: t.sign, chosen: t.id == v.theme})
	}
	return links
}

// schemes tells the browser what to paint before the style sheet has come, so
// that no white page flashes up in a dark room.
func (v *visit) schemes() string {
	switch v.theme {
	case "":
		return "light dark"
	case "light":
		return "light"
	default:
		return "dark"
	}
}

type themeBar struct{ media, colour string }

// bars are the colours around the page on a phone.
func (v *visit) bars() []themeBar {
	all := allThemes()
	for _, t := range all {
		if t.id == v.theme {
			return []themeBar{{"all", t.bar}}
		}
	}
	return []themeBar{{"(prefers-color-scheme: light)", all[0].bar}, {"(prefers-color-scheme: dark)", all[1].bar}}
}
