package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed static/konbit.css static/base/*.css static/areas/*.css static/icon.svg static/*.js
var static embed.FS

// assets are the style sheet, the icon and the scripts under names that hold a digest of
// their bytes, so that a browser may keep them for ever.
type assets struct {
	byName map[string][]byte
	names  map[string]string // plain name: name with digest
}

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string][]byte{}, names: map[string]string{}}
	plains, err := fs.Glob(static, "static/*.*")
	if err != nil {
		return nil, fmt.Errorf("list the assets: %w", err)
	}
	for _, file := range plains {
		plain := path.Base(file)
		raw, err := static.ReadFile(file)
		if err == nil && plain == "konbit.css" {
			raw, err = wholeSheet(raw)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", plain, err)
		}
		sum := sha256.Sum256(raw)
		stem, ext := strings.TrimSuffix(plain, path.Ext(plain)), path.Ext(plain)
		name := stem + "." + hex.EncodeToString(sum[:5]) + ext
		a.byName[name], a.names[plain] = raw, "/-/"+name
	}
	return a, nil
}

// wholeSheet is the one style sheet: the tokens, what all pages share, then what
// each area adds, so that a page needs one request for it.
func wholeSheet(shared []byte) ([]byte, error) {
	base, err := joined("static/base/*.css")
	if err != nil {
		return nil, err
	}
	areas, err := joined("static/areas/*.css")
	return slices.Concat(base, shared, areas), err
}

func joined(pattern string) ([]byte, error) {
	files, err := fs.Glob(static, pattern)
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, file := range files {
		raw, err := static.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, raw...)
	}
	return all, nil
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request, name string) {
	raw, ok := a.byName[name]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	types := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method == http.MethodGet {
		_, _ = w.Write(raw) // the reader went away: nothing to be done
	}
}
