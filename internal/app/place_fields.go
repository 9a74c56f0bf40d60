package app

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/gateway/geo"
)

// Publishers of boundaries number the level in the names of their properties:
// ADM2_PCODE, adm2_name, admin2Name_fr.
var (
	codeProperty  = regexp.MustCompile(`(?i)^adm(?:in)?([0-9])_?p?code$`)
	nameProperty  = regexp.MustCompile(`(?i)^adm(?:in)?([0-9])_?(?:name|en|fr)$`)
	otherProperty = regexp.MustCompile(`(?i)^adm(?:in)?([0-9])_?(?:(?:alt|ref)?_?name[0-9]?(?:_[a-z]{2})?|alt[0-9]?_?[a-z]{2}|[a-z]{2})$`)
)

// plain are the names where no level is in them.
func plain() map[string][]string {
	return map[string][]string{
		"name": {"name", "NAME", "Name", "nom", "NOM", "nombre", "title", "shapeName", "asciiname", "label"},
		"code": {"p-code", "pcode", "PCODE", "P-Code", "p_code", "code", "shapeISO", "iso_3166_2"},
		"up":   {"parent", "Parent P-Code", "parent_pcode"},
		"deep": {"level", "Admin Level", "admin_level", "adm_level"},
		"also": {"aliases", "alt_name", "alternatenames", "other_names", "name_fr", "name_en", "name_ht", "name_es", "name_sw", "old_name", "local_name"},
	}
}

// guessed fills in what nobody named, from the properties that are there.
func (p PlaceFields) guessed(all []geo.Feature) PlaceFields {
	there := map[string]bool{}
	for i := range all {
		for name := range all[i].Properties {
			there[name] = true
		}
	}
	byLevel := func(of *regexp.Regexp) (found [10]string) {
		for _, name := range slices.Sorted(maps.Keys(there)) {
			if m := of.FindStringSubmatch(name); m != nil {
				n, _ := strconv.Atoi(m[1]) // the pattern says that it is a digit
				if found[n] == "" || strings.HasSuffix(strings.ToLower(name), "name") {
					found[n] = name
				}
			}
		}
		return found
	}
	codes, names := byLevel(codeProperty), byLevel(nameProperty)
	deepest := -1
	for n := range names {
		if names[n] != "" || codes[n] != "" {
			deepest = n
		}
	}
	first := func(key string) string {
		for _, name := range plain()[key] {
			if there[name] {
				return name
			}
		}
		return ""
	}
	if deepest >= 0 {
		p.Name, p.PCode = cmp.Or(p.Name, names[deepest]), cmp.Or(p.PCode, codes[deepest]) //nolint:gosec // an index of both
		if deepest > 0 {
			p.Parent = cmp.Or(p.Parent, codes[deepest-1]) //nolint:gosec // as above, and not the first
		}
		p.Level = cmp.Or(p.Level, strconv.Itoa(deepest))
	}
	p.Name, p.PCode = cmp.Or(p.Name, first("name")), cmp.Or(p.PCode, first("code"))
	p.Parent, p.Level = cmp.Or(p.Parent, first("up")), cmp.Or(p.Level, first("deep"))
	if p.Aliases == nil {
		for _, name := range slices.Sorted(maps.Keys(there)) {
			m := otherProperty.FindStringSubmatch(name)
			if name != p.Name && (m != nil && m[1] == strconv.Itoa(deepest) || slices.Contains(plain()["also"], name)) {
				p.Aliases = append(p.Aliases, name)
			}
		}
	}
	return p
}

// level is what the file says, or the number that stands for all of it.
func (p *PlaceFields) level(f *geo.Feature) string {
	if _, err := strconv.Atoi(p.Level); err == nil {
		return p.Level
	}
	return f.Properties[p.Level]
}

// said tells which property was taken for what.
func (p *PlaceFields) said() (out []string) {
	for _, one := range [][2]string{{"name", p.Name}, {"p-code", p.PCode}, {"parent", p.Parent}, {"level", p.Level}, {"aliases", strings.Join(p.Aliases, ", ")}} {
		if one[1] != "" {
			out = append(out, one[0]+" = "+one[1])
		}
	}
	return out
}
