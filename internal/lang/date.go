package lang

import (
	"strconv"
	"strings"
	"time"
)

func months(lang string) [12]string {
	switch lang {
	case "fr":
		return [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	case "ht":
		return [12]string{"janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"}
	case "es":
		return [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	case "sw":
		return [12]string{"Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba", "Novemba", "Desemba"}
	default:
		return [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	}
}

// shortMonths are the abbreviations people write in sheets, besides the first
// three letters of each name.
func shortMonths() map[string]time.Month {
	return map[string]time.Month{
		"sept": 9, "janv": 1, "févr": 2, "fevr": 2, "fév": 2, "avr": 4, "juil": 7, "déc": 12,
		"fev": 2, "out": 8, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "fevr.": 2, "jiy": 7, "set": 9,
	}
}

// Month is the name of a month.
func (c *Catalogue) Month(lang string, m time.Month) string {
	if m < time.January || m > time.December {
		return ""
	}
	return months(lang)[m-1]
}

// MonthNamed reads the name of a month, or its usual abbreviation, in any of the
// five languages; letter case and a final point do not matter. The French
// "juin" and "juillet" shortened to "jui" mean two months and are not read.
func MonthNamed(name string) (time.Month, bool) {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	if m, ok := shortMonths()[name]; ok {
		return m, true
	}
	var found time.Month
	for _, l := range Languages() {
		for i, full := range months(l) {
			full = strings.ToLower(full)
			if name != full && (len([]rune(name)) != 3 || string([]rune(full)[:min(3, len([]rune(full)))]) != name) {
				continue
			}
			m := time.Month(i + 1)
			if name == full {
				return m, true
			}
			if found != 0 && found != m {
				return 0, false
			}
			found = m
		}
	}
	return found, found != 0
}

// Date writes a day in full: 5 January 2025; 1er janvier 2025; 5 janvye 2025;
// 5 de enero de 2025; 5 Januari 2025. The day is the one t shows in its own
// location, so the caller chooses the zone.
func (c *Catalogue) Date(lang string, t time.Time) string {
	day, month, year := strconv.Itoa(t.Day()), c.Month(lang, t.Month()), strconv.Itoa(t.Year())
	switch {
	case lang == "es":
		return day + " de " + month + " de " + year
	case lang == "fr" && t.Day() == 1, lang == "ht" && t.Day() == 1:
		return map[string]string{"fr": "1er", "ht": "1ye"}[lang] + " " + month + " " + year
	default:
		return day + " " + month + " " + year
	}
}
