package accounts_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// file writes the file of a person.
func (w *world) file(ref, person string) record.Key {
	w.t.Helper()
	key := record.Key{Mission: home, Kind: "file", Ref: ref}
	_, err := w.journal.Append(w.t.Context(), journal.Entry{
		Mission: home, Kind: "file", Ref: ref, Op: journal.OpState, Actor: "local", Reported: w.Now(),
		Fields: map[string]journal.Value{"person": {Text: person}, "contributor": {Text: "BHS"}},
	})
	must(w.t, err)
	return key
}

func read(who string, key record.Key) access.Event {
	return access.Event{Who: access.Actor{Name: who}, What: access.EventRead, Key: key, Kind: key.Kind, Rows: 1}
}

func TestAReadIsOneEventAnHourAndAnExportIsAlwaysOne(t *testing.T) {
	w := newWorld(t)
	key, other := w.file("f-1", "per-1"), w.file("f-2", "per-2")
	w.pass(29 * time.Minute) // 16:59:10
	note := func(e access.Event) { must(t, w.Note(t.Context(), e)) }
	for range 3 {
		note(read("ada", key))
	}
	note(read("ben", key))
	note(read("ada", other))
	export := read("ada", key)
	export.What, export.How = access.EventExport, "csv"
	note(export)
	note(export)
	w.start() // a restart forgets nothing
	note(read("ada", key))
	w.pass(time.Hour)
	note(read("ada", key))
	all, err := w.Readings(t.Context(), access.Local(), home, 100)
	must(t, err)
	var got []string
	for _, r := range all {
		got = append(got, r.Event+" "+r.Who+" "+r.About.Ref+" "+r.Person+" "+r.How)
	}
	want := []string{
		"READ ada f-1 per-1 ", "EXPORT ada f-1 per-1 csv", "EXPORT ada f-1 per-1 csv", "READ ada f-2 per-2 ", "READ ben f-1 per-1 ", "READ ada f-1 per-1 ",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the audit holds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	v, err := w.records.Get(t.Context(), record.Key{Mission: home, Kind: "reading", Ref: refs(t, w)[0]}, record.AsOf{})
	must(t, err)
	if v.Text("owner") != "BHS" {
		t.Errorf("the owner of the event is %q, want that of the file", v.Text("owner"))
	}
}

func refs(t *testing.T, w *world) (out []string) {
	t.Helper()
	page, err := w.records.List(context.Background(), record.Query{Mission: home, Kind: "reading"})
	must(t, err)
	for i := range page.Versions {
		out = append(out, page.Versions[i].Ref)
	}
	return out
}

func TestAPersonSeesWhoReadTheirFileAndOthersDoNot(t *testing.T) {
	w := newWorld(t)
	_, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada", Person: "per-1"})
	must(t, err)
	_, err = w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ben", Person: "per-2"})
	must(t, err)
	file, person := w.file("f-1", "per-1"), record.Key{Mission: home, Kind: "person", Ref: "per-1"}
	must(t, w.Note(t.Context(), read("cell.one", file)))
	must(t, w.Note(t.Context(), read("j.one", person)))
	family := access.Actor{Name: "kin", Grants: []access.Grant{{Role: access.RoleFamily, Person: "per-1"}}}
	for _, tc := range []struct {
		what string
		who  access.Actor
		key  record.Key
		want int // -1: denied
	}{
		{"of the person, by the person", access.Actor{Name: "ada"}, person, 2},
		{"of the file, by the person", access.Actor{Name: "ada"}, file, 1},
		{"of the file, by somebody else", access.Actor{Name: "ben"}, file, -1},
		{"of the person, by somebody else", access.Actor{Name: "ben"}, person, -1},
		{"of the person, by their family", family, person, 2},
		{"of the person, by an auditor", access.Actor{Name: "x", Grants: []access.Grant{{Role: access.RoleAuditor}}}, person, 2},
		{"of the person, by nobody", access.Actor{}, person, -1},
		{"of a person without an account", access.Actor{Name: "cy"}, record.Key{Mission: home, Kind: "person"}, -1},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, err := w.WhoRead(t.Context(), tc.who, tc.key)
			if (tc.want < 0) != fail.Is(err, fail.Denied) || tc.want >= 0 && len(got) != tc.want {
				t.Errorf("%d readings, %v; want %d", len(got), err, tc.want)
			}
		})
	}
	if _, err := w.Readings(t.Context(), access.Actor{Name: "ada"}, home, 10); !fail.Is(err, fail.Denied) {
		t.Errorf("all of the audit: %v", err)
	}
}

// reader is a service over the same folder that may only read.
func (w *world) reader() *accounts.Service {
	c := w.config
	c.Journal, c.Sessions = nil, nil
	return accounts.New(c)
}

func TestWhatIsReadBesideARunningNodeIsTakenInOnce(t *testing.T) {
	w := newWorld(t)
	key := w.file("f-1", "per-1")
	var wait sync.WaitGroup
	for i := range 8 {
		r := w.reader()
		e := read("cli."+string(rune('a'+i)), key)
		wait.Go(func() {
			if err := r.Note(context.Background(), e); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	spool := w.config.Spool
	info, err := os.Stat(spool)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the spool can be read by others: %v", info.Mode())
	}
	text, err := os.ReadFile(spool)
	must(t, err)
	take := func(want, total int) {
		t.Helper()
		if n, err := w.TakeSpool(t.Context()); err != nil || n != want {
			t.Errorf("took %d, %v; want %d", n, err, want)
		}
		if got := len(w.events("*")); got != total {
			t.Errorf("%d events, want %d", got, total)
		}
		for _, ref := range refs(t, w) {
			h, err := w.records.History(t.Context(), record.Key{Mission: home, Kind: "reading", Ref: ref}, record.AsOf{})
			if err != nil || len(h.Steps) != 1 {
				t.Errorf("%s was written %d times, %v", ref, len(h.Steps), err)
			}
		}
	}
	take(8, 8)
	take(0, 8)
	// A power cut came after the entries were written and before the file was gone.
	must(t, os.WriteFile(spool+".taken", text, 0o600))
	must(t, w.reader().Note(t.Context(), read("later", key)))
	take(9, 9)
	// A line that was never acknowledged, one that somebody made up, and one behind.
	must(t, os.WriteFile(spool, []byte(`{"ref":"REA-X","mission":"m","event":"GRANT","who":"eve"}`+"\n"+`{"ref":"REA-Y","mis`), 0o600))
	must(t, w.reader().Note(t.Context(), read("last", key)))
	take(1, 10)
	if files, _ := filepath.Glob(spool + "*"); len(files) > 0 {
		t.Errorf("%v are left over", files)
	}
}

func TestNothingSecretIsInTheLogInErrorsOrInPlainInTheFolder(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	w.person("ada", access.RoleCell)
	session, _ := w.signIn("ada")
	link, err := w.Recover(t.Context(), boss, "boss2", "x")
	all := []error{err}
	_, err = w.Invite(t.Context(), boss, accounts.Invitation{Name: "feed", Type: accounts.Program})
	must(t, err)
	token, err := w.NewToken(t.Context(), boss, "feed", w.Now().Add(time.Hour))
	must(t, err)
	second, err := w.Invite(t.Context(), boss, accounts.Invitation{Name: "cy", Personal: "Planted Personal Name"})
	must(t, err)
	for _, password := range []string{good, good + " wrong"} {
		_, err = w.try("ada", password, "192.0.2.9")
		all = append(all, err)
		_, err = w.try(password, password, "192.0.2.9")
		all = append(all, err)
	}
	all = append(all, w.Accept(t.Context(), second, accounts.Credentials{Password: good, Secret: "PLANTEDSECRET234", Code: "1"}))
	_, err = w.Token(t.Context(), token+"x")
	all = append(all, err)
	_, _, err = w.Session(t.Context(), session.Token+"x")
	all = append(all, err)
	slog.New(slog.NewTextHandler(&w.log, nil)).Info("config", slog.Any("session", session.ID))

	planted := []string{good, secretOf("ada"), "PLANTEDSECRET234", session.Token, token, second, "Planted Personal Name", "argon2id"}
	if link != "" {
		planted = append(planted, link)
	}
	for _, secret := range planted {
		for _, err := range all {
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(fail.HintOf(err), secret)) {
				t.Errorf("an error tells %q: %v", secret, err)
			}
		}
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
		must(t, filepath.WalkDir(w.dir, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(name)
			if bytes.Contains(raw, []byte(secret)) || bytes.Contains(raw, []byte(strings.TrimPrefix(strings.TrimPrefix(secret, "kbs_"), "kbt_"))) {
				t.Errorf("%s holds %q in plain", filepath.Base(name), secret)
			}
			return err
		}))
	}
}
