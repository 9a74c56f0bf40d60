// Package lang is the catalogue: every text a person reads, in English, French,
// Haitian Creole, Spanish and Swahili, and how numbers, dates, countries and
// currencies are written in each.
//
// The texts stand in words/<area>.yaml, one key to its five languages, so that a
// translator edits one file and no code. Tests hold that no key lacks a language
// and that no code asks for a key that is not there.
//
//	c, err := lang.Load()
//	c.Say("ht", "common.yes", nil)                 // wi
//	c.Count("fr", "common.records", 2, nil)        // 2 fiches
//	c.Number("es", 1234567)                        // 1.234.567
//
// Names of countries and languages come from the Unicode CLDR (Unicode licence),
// the Haitian Creole ones from the orthography of 1979.
package lang
