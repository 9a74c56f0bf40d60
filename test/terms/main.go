// Command terms writes the code lists of all kinds into docs/terms.md, below its
// marker, so that the page and the forms use the same words.
//
//	go run ./test/terms
package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"konbit.org/konbit/internal/kind"
)

const (
	page   = "docs/terms.md"
	marker = "<!-- made by make generate from the kinds; write above this line -->\n"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "terms:", err)
		os.Exit(1)
	}
}

func run() error {
	kinds, err := load()
	if err != nil {
		return err
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	above, _, ok := strings.Cut(string(old), marker)
	if !ok {
		return fmt.Errorf("%s has lost its marker: %s", page, strings.TrimSpace(marker))
	}
	return os.WriteFile(page, []byte(above+marker+tables(kinds)), 0o644)
}

func load() ([]*kind.Kind, error) {
	folders, err := filepath.Glob("internal/*/kinds")
	if err != nil {
		return nil, err
	}
	var domains []fs.FS
	for _, folder := range folders {
		domains = append(domains, os.DirFS(filepath.Dir(folder)))
	}
	set, err := kind.Load(domains...)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(set.All())
	if len(all) == 0 {
		return nil, fmt.Errorf("no kind found below internal; run it from the root")
	}
	slices.SortFunc(all, func(a, b *kind.Kind) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func tables(kinds []*kind.Kind) string {
	var b strings.Builder
	head := "| | en | fr | ht | es | sw |\n|---|---|---|---|---|---|\n"
	b.WriteString("\n## Kinds\n\n" + head)
	for _, k := range kinds {
		row(&b, k.ID, k.Label)
	}
	for _, k := range kinds {
		for i := range k.Fields {
			f := &k.Fields[i]
			if len(f.Codes) == 0 || f.List != "" { // the world's lists are in their standards
				continue
			}
			fmt.Fprintf(&b, "\n## %s: %s\n\n%s", k.Label.In("en"), f.Label.In("en"), head)
			for _, c := range f.Codes {
				row(&b, c.ID, c.Label)
			}
		}
	}
	return b.String()
}

func row(b *strings.Builder, id string, words kind.Words) {
	fmt.Fprintf(b, "| `%s` |", id)
	for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
		b.WriteString(" " + strings.ReplaceAll(words[lang], "|", "\\|") + " |")
	}
	b.WriteString("\n")
}
