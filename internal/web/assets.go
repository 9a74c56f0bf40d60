package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
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
	icon   string            // within every page: it is smaller than a request for it
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
	a.byName[workerFile] = a.worker()
	a.icon = "data:image/svg+xml," + url.PathEscape(string(a.byName[path.Base(a.names["icon.svg"])]))
	return a, nil
}

// workerFile is the service worker. Its name stays, so that a browser finds the
// next one; its bytes name every file it keeps, so that a new one is found.
const workerFile = "sw.js"

// worker begins the script of the service worker with the files that forms need.
func (a *assets) worker() []byte {
	files := []string{a.names["konbit.css"], a.names["kept.js"], a.names["map.js"]}
	head, err := json.Marshal(files)
	if err != nil {
		return nil // texts can be written
	}
	own := a.byName[path.Base(a.names[workerFile])]
	return slices.Concat([]byte("self.konbitFiles="), head, []byte(";\n"), own)
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
	if name == workerFile {
		// It must reach every page, be asked for anew and run nothing but itself.
		w.Header().Set("Service-Worker-Allowed", "/")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; script-src 'self'")
		w.Header().Set("Cache-Control", "no-cache")
		if r.Method == http.MethodGet {
			_, _ = w.Write(raw) // see below
		}
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method == http.MethodGet {
		_, _ = w.Write(raw) // the reader went away: nothing to be done
	}
}
