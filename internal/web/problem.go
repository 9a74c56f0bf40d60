package web

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

// statusError gives an error a status of its own, and the seconds after which the
// same may be asked again.
type statusError struct {
	code, retry int
	err         error
}

// Error is that of the error within.
func (e statusError) Error() string { return e.err.Error() }

// Unwrap gives the error within.
func (e statusError) Unwrap() error { return e.err }

// problem is an error as RFC 9457 and as a page: what is wrong, and what to do.
func (v *visit) problem(err error) *page {
	status := map[fail.Kind]int{
		fail.Invalid: http.StatusBadRequest, fail.NotFound: http.StatusNotFound, fail.Denied: http.StatusForbidden,
		fail.Conflict: http.StatusConflict, fail.Unavailable: http.StatusServiceUnavailable,
	}[fail.KindOf(err)]
	title, hint := v.plainly(err)
	special, _ := errors.AsType[statusError](err)
	if special.code != 0 {
		status = special.code
	}
	if status == 0 {
		// What went wrong inside is for the log; the visitor gets a reference to it.
		// The log names the route alone: an address may hold a name or a secret.
		status = http.StatusInternalServerError
		ref := rand.Text()[:8]
		v.Log.ErrorContext(v.r.Context(), "page failed", slog.String("reference", ref),
			slog.String("route", v.r.Pattern), slog.String("error", err.Error()))
		title, hint = v.t("web.error.internal"), v.t("web.error.internal.hint", "ref", ref)
	}
	kind := fail.KindOf(err).String()
	return &page{
		status: status, title: title, bare: true, body: v.problemBody(status, title, hint), retry: special.retry,
		data: map[string]any{"type": "about:blank", "kind": kind, "title": title, "status": status, "hint": hint, "instance": v.instance()},
	}
}

// instance is the address asked for, without what may be a secret.
func (v *visit) instance() string {
	if strings.HasPrefix(v.r.URL.Path, "/invitations/") {
		return "/invitations"
	}
	return v.r.URL.RequestURI()
}

// plainly says an error and what to do about it, in the reader's language where
// the error has words there.
func (v *visit) plainly(err error) (title, hint string) {
	r, ok := errors.AsType[*accounts.Refusal](err)
	if !ok {
		return message(err), fail.HintOf(err)
	}
	say := func(part, otherwise string) string {
		if key := "account.refused." + r.Code + part; v.Words.Has(key) {
			return v.note(Note{key, r.Args})
		}
		return otherwise
	}
	return say(".why", message(err)), say(".hint", fail.HintOf(err))
}

// message is an error's own words without those of its causes, which may say
// more than a visitor should see.
func message(err error) string {
	for e := err; e != nil; {
		if f, ok := e.(*fail.Error); ok { //nolint:errorlint // the outermost, whose cause must not be shown
			return f.Message
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
	return err.Error()
}

// missing answers every address that no route knows, with the nearest one.
func (s *site) missing(v *visit) (*page, error) {
	parts := strings.Split(strings.Trim(v.r.URL.Path, "/"), "/")
	m, ok := s.missions[parts[0]]
	if !ok {
		return nil, v.unknownMission(parts[0])
	}
	hint := ""
	if len(parts) > 1 {
		hint = v.didYouMean(parts[1], []string{"figures", "claims", "corrections", "records", "search", "map", "sources"},
			func(near string) string { return "/" + m.ID + "/" + near })
	}
	return nil, fail.New(fail.NotFound, v.t("web.error.page"), hint)
}

// didYouMean names the nearest of some words, by address; or says where to begin.
func (v *visit) didYouMean(word string, all []string, address func(string) string) string {
	best, least := "", max(3, len(word)/2)+1
	for _, w := range all {
		if d := distance(strings.ToLower(word), strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	if best == "" {
		return v.t("web.error.begin")
	}
	return v.t("web.error.near", "address", address(best))
}

// distance counts the letters to change, add or drop (Levenshtein).
func distance(a, b string) int {
	if len(a) > 60 || len(b) > 60 {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// words splits a hint so that the addresses of this site in it can be followed.
func words(hint string) []crumb {
	var all []crumb
	for w := range strings.FieldsSeq(hint) {
		switch {
		case strings.HasPrefix(w, "/") && len(w) > 1 && !strings.HasPrefix(w, "//"):
			all = append(all, crumb{w, w})
		case len(all) > 0 && all[len(all)-1].href == "":
			all[len(all)-1].label += " " + w
		default:
			all = append(all, crumb{label: w})
		}
	}
	return all
}
