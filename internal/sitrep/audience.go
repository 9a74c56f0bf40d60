package sitrep

import (
	"strings"

	"konbit.org/konbit/internal/access"
)

// Audience is for whom a report is composed. What it may see is decided by the
// markings of the records, through the same door as everything else, and of what
// people write by the mark at the beginning of a paragraph.
type Audience struct {
	ID    string // internal, staff, capital, partner, public
	Owner string // of a capital: the contributor, ISO 3166-1 alpha-3
}

// Internal is who keeps reports: the duty officer, operations and the commander.
func Internal() Audience { return Audience{ID: "internal"} }

// Staff is the rest of the mission: all but what is restricted, as its plans.
func Staff() Audience { return Audience{ID: "staff"} }

// Public is everybody.
func Public() Audience { return Audience{ID: "public"} }

// Partner are donors and others who support the mission.
func Partner() Audience { return Audience{ID: "partner"} }

// Capital is a contributing state, which sees its own people in full.
func Capital(state string) Audience { return Audience{ID: "capital", Owner: state} }

// actor is the reader as whom the record is asked.
func (a Audience) actor(mission string) access.Actor {
	grant := access.Grant{Role: access.RolePublic}
	switch a.ID {
	case "internal":
		grant = access.Grant{Role: access.RoleDuty, Mission: mission}
	case "staff": // of all staff who sees least
		grant = access.Grant{Role: access.RoleWelfare, Mission: mission}
	case "capital":
		grant = access.Grant{Role: access.RoleMinistry, Mission: mission, Owner: a.Owner}
	case "partner":
		grant = access.Grant{Role: access.RoleDonor, Mission: mission}
	}
	return access.Actor{Name: "report", Grants: []access.Grant{grant}}
}

// inside reports whether it belongs to the mission.
func (a Audience) inside() bool { return a.ID == "internal" || a.ID == "staff" }

// rank orders audiences by how much of what people write is for them.
func (a Audience) rank() int {
	switch a.ID {
	case "internal":
		return 4
	case "staff":
		return 3
	case "capital":
		return 2
	case "partner":
		return 1
	}
	return 0
}

// portion is a paragraph with its mark.
type portion struct {
	mark string // PUBLIC, PARTNER, CAPITAL, RESTRICTED; "" is for the mission
	text string
}

// portions are the paragraphs of what somebody wrote. One may begin with its mark
// in brackets, in the codes that are the same in every language: "(PUBLIC) The road
// is open." What has none is for the mission. A mark inside a line begins a paragraph
// of its own, should something have joined two lines.
func portions(text string) (out []portion) {
	for line := range strings.Lines(text) {
		for _, part := range atMarks(line) {
			p := portion{text: strings.TrimSpace(part)}
			for _, mark := range marks() {
				if rest, ok := strings.CutPrefix(p.text, "("+mark+")"); ok {
					p.mark, p.text = mark, strings.TrimSpace(rest)
					break
				}
			}
			if p.text != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

func marks() []string { return []string{"PUBLIC", "PARTNER", "CAPITAL", "RESTRICTED"} }

// atMarks cuts a line before each mark in it.
func atMarks(line string) (parts []string) {
	for {
		next := -1
		for _, mark := range marks() {
			if i := strings.Index(line[min(1, len(line)):], "("+mark+")"); i >= 0 && (next < 0 || i+1 < next) {
				next = i + 1
			}
		}
		if next < 0 {
			return append(parts, line)
		}
		parts, line = append(parts, line[:next]), line[next:]
	}
}

// rank is the lowest audience that a paragraph is for.
func (p portion) rank() int {
	switch p.mark {
	case "PUBLIC":
		return Public().rank()
	case "PARTNER":
		return Partner().rank()
	case "CAPITAL":
		return Capital("").rank()
	case "RESTRICTED":
		return Internal().rank()
	}
	return Staff().rank()
}
