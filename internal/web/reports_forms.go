package web

import (
	"io"
	"slices"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/sitrep"
)

// mayRestricted reports whether the visitor reads what a report restricts.
func (v *visit) mayRestricted() bool { return v.inRoomMarked("report", "restricted") }

// ownAudience is the version of a report that is the visitor's by their roles alone.
// Nothing that is asked for makes it more.
func (v *visit) ownAudience() sitrep.Audience {
	switch {
	case v.mayRestricted():
		return sitrep.Internal()
	case v.mayReports():
		return sitrep.Staff()
	}
	if own := v.contributions(); len(own) > 0 {
		return sitrep.Capital(own[0])
	}
	for _, g := range v.who.Grants {
		if g.Role == access.RoleDonor && (g.Mission == "" || g.Mission == v.mission.ID) {
			return sitrep.Partner()
		}
	}
	return sitrep.Public()
}

// contributions are the states for whose ministry the visitor acts in this mission.
func (v *visit) contributions() (states []string) {
	for _, g := range v.who.Grants {
		if g.Role == access.RoleMinistry && g.Owner != "" && (g.Mission == "" || g.Mission == v.mission.ID) {
			states = append(states, g.Owner)
		}
	}
	return states
}

// audiences are the versions that the visitor may ask for, their own first: less
// than their own for all, and what goes to each capital for who may read it all.
func (v *visit) audiences() []sitrep.Audience {
	own := v.ownAudience()
	all := []sitrep.Audience{own}
	switch own.ID {
	case "internal":
		all = append(all, sitrep.Staff())
		for _, state := range v.mission.Contributors {
			all = append(all, sitrep.Capital(state))
		}
		all = append(all, sitrep.Partner())
	case "staff":
		all = append(all, sitrep.Partner())
	case "capital":
		for _, state := range v.contributions() {
			if state != own.Owner {
				all = append(all, sitrep.Capital(state))
			}
		}
	}
	if own.ID != "public" {
		all = append(all, sitrep.Public())
	}
	return all
}

// audience is for whom the report is asked, as ?for=capital&owner=KEN says, if it is
// one that the visitor may ask for; else the visitor's own.
func (v *visit) audience() sitrep.Audience {
	query := v.r.URL.Query()
	want := sitrep.Audience{ID: query.Get("for"), Owner: strings.ToUpper(query.Get("owner"))}
	if want.ID != "capital" {
		want.Owner = ""
	}
	if slices.Contains(v.audiences(), want) {
		return want
	}
	return v.ownAudience()
}

// versionTabs lead to the versions that the visitor may ask for.
func (v *visit) versionTabs(ref string, current sitrep.Audience) (tabs []navItem) {
	for _, a := range v.audiences() {
		id, label := a.ID, v.t("report.for."+a.ID)
		if a.Owner != "" {
			label = v.owner(a.Owner)
		}
		if a == v.ownAudience() {
			id = ""
		}
		owner := a.Owner
		if id == "" {
			owner = ""
		}
		tabs = append(tabs, navItem{label: label, href: v.link(v.reportLink(ref), "for", id, "owner", owner), current: a == current})
	}
	return tabs
}

// reportPapers are the forms of a report beside its page, all of the same document.
func (v *visit) reportPapers(d sitrep.Document) map[format]func(io.Writer) error {
	return map[format]func(io.Writer) error{
		asText: func(w io.Writer) error { _, err := io.WriteString(w, sitrep.Text(d)); return err },
		asSMS: func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(sitrep.SMS(d), "\n")+"\n")
			return err
		},
		asPDF:  func(w io.Writer) error { return sitrep.PDF(w, d, v.origin()) },
		asDOCX: func(w io.Writer) error { return sitrep.DOCX(w, d, v.origin()) },
	}
}

// paperLinks are the forms in which the report that is shown can be taken along.
func (v *visit) paperLinks() []navItem {
	return []navItem{
		{label: "PDF", href: v.as(asPDF)},
		{label: "DOCX", href: v.as(asDOCX)},
		{label: v.t("report.as.txt"), href: v.as(asText)},
		{label: v.t("report.as.sms"), href: v.as(asSMS)},
	}
}
