package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// planted are values of persons who do not exist. None may be found in the files
// of a data folder, in any form.
func planted() []string {
	return []string{
		"Zebediah Quorlington", "Quorlington", "XQ-7741-093", "1979-10-23", "Wilhelmina Vantorreby", "+999 55 0147 8823",
		"Mfano Pili", "X-0002", // of the sheet that the mission comes with
	}
}

const plantedSheet = `ref,at,reported,source,grade,contributor,name,number,born,kin-name,kin-phone
p-planted,2025-01-10,2025-01-11,src-fiction,F6,KEN,Zebediah Quorlington,XQ-7741-093,1979-10-23,Wilhelmina Vantorreby,+999 55 0147 8823
`

var secret = journal.Unlock{
	Passphrase: []byte("five words nobody has said"), Cost: journal.Cost{Passes: 1, MemoryKiB: 64, Threads: 1},
}

func config(dir string, u journal.Unlock, readOnly bool) app.Config {
	return app.Config{Data: dir, Unlock: u, ReadOnly: readOnly, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

const sample = "../../missions/haiti-mss"

// stolen makes a data folder with persons in it, while open is open, and gives a
// copy of all its bytes.
func stolen(t *testing.T, born journal.Unlock) (dir, copied string) {
	t.Helper()
	dir, copied = filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "copy")
	id, err := app.Init(t.Context(), dir, sample, born, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(t.Context(), config(dir, born, false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.LoadSheets(t.Context(), access.Local(), app.Sheets{Mission: id, Folder: os.DirFS(sample)}, nil); err != nil {
		t.Fatal(err)
	}
	report, err := n.Importer().Import(t.Context(), access.Local(), sheet.Job{Mission: id, Kind: "person", Files: []sheet.File{inMemory(plantedSheet)}})
	if err != nil || report.New != 1 {
		t.Fatal(report, err)
	}
	if err := os.CopyFS(copied+"-running", os.DirFS(dir)); err != nil { // as it lies there while the node runs
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return dir, copied
}

type memory struct{ *strings.Reader }

func (memory) Close() error { return nil }

func inMemory(text string) sheet.File {
	return sheet.File{Name: "planted.csv", Size: int64(len(text)), Open: func() (sheet.Reader, error) {
		return memory{strings.NewReader(text)}, nil
	}}
}

// disguises are the forms in which a text could stand in a file, in lower case.
func disguises(text string) map[string][]byte {
	wide := func(big bool) []byte {
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
	back := []rune(text)
	slices.Reverse(back)
	all := map[string][]byte{
		"plain": []byte(text), "UTF-16LE": wide(false), "UTF-16BE": wide(true), "reversed": []byte(string(back)),
		"hexadecimal": []byte(hex.EncodeToString([]byte(text))), "without blanks": []byte(strings.ReplaceAll(text, " ", "")),
	}
	for shift := range 3 { // base64 of a longer text in which this one stands
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), text...))
		coded = strings.TrimRight(coded, "=")
		all[fmt.Sprintf("base64 from bit %d", shift*8)] = []byte(coded[(shift*8+5)/6 : len(coded)-1])
	}
	for form, b := range all {
		all[form] = bytes.ToLower(b)
	}
	return all
}

// find greps every file of a folder for what was planted.
func find(t *testing.T, dir string) (found []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(name)
		raw = bytes.ToLower(raw)
		for _, text := range planted() {
			for form, b := range disguises(text) {
				if bytes.Contains(raw, b) || strings.Contains(strings.ToLower(name), string(b)) {
					found = append(found, fmt.Sprintf("%q in %s (%s)", text, filepath.Base(name), form))
				}
			}
		}
		return err
	})
	if err != nil || files < 8 {
		t.Fatal(files, err)
	}
	return found
}

func TestAStolenFolderGivesNobodyAway(t *testing.T) {
	_, copied := stolen(t, secret)
	for _, dir := range []string{copied, copied + "-running"} {
		for _, f := range find(t, dir) {
			t.Error(f)
		}
	}
	if err := os.Chmod(filepath.Join(copied, "keys", "node.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{true, false} {
		for what, u := range map[string]journal.Unlock{
			"no secret": {}, "another": {Passphrase: []byte("some other passphrase")}, "a key file": {KeyFile: make([]byte, 32)},
		} {
			n, err := app.Open(t.Context(), config(copied, u, readOnly))
			if !fail.Is(err, fail.Denied) || n != nil {
				t.Errorf("with %s it opens: %v", what, err)
			}
		}
	}
	n, err := app.Open(t.Context(), config(copied, secret, true))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if got := exported(t, n); !strings.Contains(got, "Zebediah Quorlington") || !strings.Contains(got, "+999 55 0147 8823") {
		t.Errorf("with the secret it does not read:\n%.300s", got)
	}
}

// The grep must be able to find: in the sheet itself, in every disguise.
func TestTheGrepFindsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	want := 0
	for i := range 8 {
		text := planted()[i]
		for form, b := range disguises(text) {
			want++
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d-%s", i, strings.ReplaceAll(form, " ", "-"))), slices.Concat([]byte("xx"), b, []byte("yy")), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := find(t, dir); len(got) < want {
		t.Errorf("%d of %d found", len(got), want)
	}
	if coded := base64.StdEncoding.EncodeToString([]byte("ab" + planted()[0] + "cd")); !bytes.Contains([]byte(strings.ToLower(coded)), disguises(planted()[0])["base64 from bit 16"]) {
		t.Error("base64 in the middle of a text is not found")
	}
}

func exported(t *testing.T, n *app.Node) string {
	t.Helper()
	var out bytes.Buffer
	_, err := n.Exporter().Export(t.Context(), access.Local(), recordQuery(n), sheet.Target{Writer: &out, Format: sheet.CSV})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAFolderThatIsProtectedLaterGivesNobodyAway(t *testing.T) {
	dir, before := stolen(t, journal.Unlock{})
	raw := openMaster(t, before)
	// As an older konbit left it: with the sheet that it copied in.
	persons, err := os.ReadFile(filepath.Join(sample, "sheets", "persons.csv"))
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "missions", "haiti-mss", "sheets", "persons.csv")
	if err := os.WriteFile(left, persons, 0o600); err != nil {
		t.Fatal(err)
	}
	err = app.ChangeKeys(t.Context(), config(dir, journal.Unlock{}, false), func(k *journal.Keys) error {
		return k.Protect(t.Context(), secret)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range find(t, dir) {
		t.Error(f)
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		for form, key := range map[string][]byte{"raw": raw, "base64": []byte(base64.StdEncoding.EncodeToString(raw)), "hex": []byte(hex.EncodeToString(raw))} {
			if bytes.Contains(content, key) {
				t.Errorf("the master key of before stands in %s (%s)", name, form)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), config(dir, journal.Unlock{}, true)); !fail.Is(err, fail.Denied) {
		t.Errorf("it opens without the secret: %v", err)
	}
}

// openMaster reads the master key of a folder that lies open.
func openMaster(t *testing.T, dir string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "keys", "unlock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var l struct{ Slots []struct{ Key []byte } }
	if err := json.Unmarshal(raw, &l); err != nil || len(l.Slots) != 1 || len(l.Slots[0].Key) != 32 {
		t.Fatalf("%s, %v", raw, err)
	}
	return l.Slots[0].Key
}

func recordQuery(n *app.Node) record.Query {
	return record.Query{Mission: n.Missions()[0].ID, Kind: "person"}
}
