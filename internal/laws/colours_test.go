package laws_test

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of contrasts in docs/design.md anew")

const styles = "internal/web/static"

// themes are the colours of each theme as base/tokens.css states them. What a
// theme does not state it has from light.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	sheet := textOf(t, styles+"/base/tokens.css")
	all := map[string]map[string]string{}
	for name, head := range map[string]string{
		"light": `:root, [data-theme="light"] {`, "dark": `	[data-theme="dark"] {`, "night": `	[data-theme="night"] {`,
		"device": `:root:not([data-theme="light"]):not([data-theme="night"]) {`, "print": ":root, :root[data-theme] {",
	} {
		_, rest, found := strings.Cut(sheet, head)
		if !found {
			t.Fatalf("tokens.css has no block %s", head)
		}
		block, _, _ := strings.Cut(rest, "}")
		all[name] = map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`).FindAllStringSubmatch(block, -1) {
			all[name][m[1]] = m[2]
		}
	}
	for token, colour := range all["light"] {
		for _, name := range []string{"dark", "night"} {
			if all[name][token] == "" {
				t.Errorf("%s does not say what --%s is", name, token)
			}
		}
		if all["print"][token] == "" {
			all["print"][token] = colour
		}
	}
	if len(all["light"]) < 20 {
		t.Fatalf("only %d colours found: the pattern is wrong", len(all["light"]))
	}
	return all
}

func textOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// channels are red, green and blue from 0 to 1.
func channels(t *testing.T, colour string) [3]float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	var c [3]float64
	for i := range c {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%q is no colour", colour)
		}
		c[i] = float64(n) / 255
	}
	return c
}

// luminance is relative luminance as WCAG 2.2 defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	c := channels(t, colour)
	for i, x := range c {
		if c[i] = x / 12.92; x > 0.04045 {
			c[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// use is where a colour stands: text must reach 4.5 to 1, edges and signs 3 to 1.
type use struct {
	what  string
	on    []string
	least float64
}

func washes() []string {
	return []string{"accent-wash", "good-wash", "near-wash", "bad-wash", "apart-wash", "void-wash", "warn-wash"}
}

func uses() []use {
	surfaces := []string{"paper", "raised", "shade"}
	var all []use
	for _, text := range []string{"ink", "soft", "faint", "accent"} {
		all = append(all, use{text, surfaces, 4.5}, use{text, washes(), 4.5})
	}
	for _, state := range []string{"good", "near", "bad", "apart", "void", "warn"} {
		all = append(all, use{state, surfaces, 4.5}, use{state, []string{state + "-wash"}, 4.5})
	}
	return append(all,
		use{"accent-ink", []string{"accent"}, 4.5}, // a chief button
		use{"paper", []string{"ink", "bad"}, 4.5},  // the same under the pointer; an alarm
		use{"strong-rule", surfaces, 3},
	)
}

// A theme is a promise that everything can be read in it; the table of it stands
// in docs/design.md and is this test's.
func TestEveryColourCanBeReadWhereItStands(t *testing.T) {
	all := themes(t)
	var table strings.Builder
	table.WriteString("| colour | on | at least | light | dark | night |\n|---|---|---|---|---|---|\n")
	for _, u := range uses() {
		fmt.Fprintf(&table, "| %s | %s | %.1f |", u.what, strings.Replace(strings.Join(u.on, ", "), strings.Join(washes(), ", "), "every wash", 1), u.least)
		for _, name := range []string{"light", "dark", "night", "print"} {
			lowest := math.Inf(1)
			for _, back := range u.on {
				ratio := contrast(t, all[name][u.what], all[name][back])
				if lowest = min(lowest, ratio); ratio < u.least {
					t.Errorf("%s: --%s on --%s has %.2f to 1, less than %.1f", name, u.what, back, ratio, u.least)
				}
			}
			if name != "print" {
				fmt.Fprintf(&table, " %.1f |", lowest)
			}
		}
		table.WriteString("\n")
	}
	keepTable(t, table.String())
}

// keepTable compares the table in the page with the one that was computed.
func keepTable(t *testing.T, table string) {
	t.Helper()
	const page, from, to = "docs/design.md", "<!-- contrast: made by a test -->\n", "<!-- end of contrast -->"
	before, rest, found := strings.Cut(textOf(t, page), from)
	now, after, closed := strings.Cut(rest, to)
	if !found || !closed {
		t.Fatalf("%s has no place for the table of contrasts", page)
	}
	if now == table {
		return
	}
	if !*update {
		t.Fatalf("the table of contrasts in %s is not what the tokens say: go test ./internal/laws -run Colour -update", page)
	}
	if err := os.WriteFile(filepath.Join(root, page), []byte(before+from+table+to+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Without a choice the device's dark is the dark that can be chosen.
func TestTheDevicesDarkIsTheDarkTheme(t *testing.T) {
	all := themes(t)
	if !maps.Equal(all["dark"], all["device"]) {
		t.Errorf("the two dark blocks of tokens.css differ:\n%v\n%v", all["dark"], all["device"])
	}
}

// Night keeps eyes used to the dark: what fills the page gives hardly any light,
// and every colour is red before it is green or blue.
func TestNightIsDimAndRed(t *testing.T) {
	for token, colour := range themes(t)["night"] {
		c, light := channels(t, colour), luminance(t, colour)
		if c[2] > 0.6*c[0] || c[1] > 0.8*c[0] {
			t.Errorf("--%s %s is not red enough for the night", token, colour)
		}
		surface := slices.Contains([]string{"paper", "raised", "shade"}, token) || strings.HasSuffix(token, "-wash")
		if surface && light > 0.012 || light > 0.4 {
			t.Errorf("--%s %s gives too much light for the night: %.3f", token, colour, light)
		}
	}
}

// What a phone paints around a page is the page's own head.
func TestTheBarOfAPhoneHasTheColourOfTheHead(t *testing.T) {
	code := textOf(t, "internal/web/theme.go")
	all := themes(t)
	for _, name := range []string{"light", "dark", "night"} {
		if m := regexp.MustCompile(`\{"` + name + `", .*"(#[0-9a-f]{6})"\}`).FindStringSubmatch(code); m == nil || m[1] != all[name]["raised"] {
			t.Errorf("theme.go paints %v around the %s theme, --raised is %s", m, name, all[name]["raised"])
		}
	}
}

// sheets are all style sheets but the tokens.
func sheets(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{styles + "/*.css", styles + "/areas/*.css"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(files) == 0 {
			t.Fatalf("no style sheets in %s: %v", pattern, err)
		}
		for _, file := range files {
			rel, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.ToSlash(rel)] = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(textOf(t, filepath.ToSlash(rel)), "")
		}
	}
	return all
}

// A colour of its own in one sheet is white in the dark room.
func TestColoursAreTokens(t *testing.T) {
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+):`).FindAllStringSubmatch(textOf(t, styles+"/base/tokens.css"), -1) {
		known[m[1]] = true
	}
	for file, text := range sheets(t) {
		for _, m := range regexp.MustCompile(`(?m)^.*(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)a?\().*$`).FindAllStringSubmatch(text, -1) {
			// Phones read a code only dark on light; #gate-h and the like are names.
			if !strings.Contains(m[0], ".qr") && !regexp.MustCompile(`#[\w-]+[^;{}]*\{`).MatchString(m[0]) {
				t.Errorf("%s has a colour of its own, %s: use a token of base/tokens.css", file, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllStringSubmatch(text, -1) {
			if !known[m[1]] && !strings.Contains(text, "--"+m[1]+":") {
				t.Errorf("%s uses --%s, which base/tokens.css does not have", file, m[1])
			}
		}
	}
}
