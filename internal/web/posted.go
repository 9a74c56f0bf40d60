package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"konbit.org/konbit/internal/fail"
)

// token ties a form to this node and to the session it was made for, so that no
// other site can fill it and no other visitor can send it.
func (v *visit) token(form string) string {
	mac := hmac.New(sha256.New, v.Secret)
	mac.Write([]byte("form:" + form + ":" + v.sessionKey()))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// formKey is a new form's id with its token.
type formKey struct{ form, token string }

func (v *visit) newKey() formKey {
	form := newForm()
	return formKey{form, v.token(form)}
}

// posted reads what was sent: a form, or JSON. Names of a JSON object become
// names of the form; those of its member "fields" get "f." before them. It is
// read once, so that a refused form can be shown again.
func (v *visit) posted() (url.Values, error) {
	if v.sent != nil {
		return v.sent, nil
	}
	media, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "application/x-www-form-urlencoded":
		if err := v.r.ParseForm(); err != nil {
			return nil, v.unreadable(err)
		}
		v.sent = v.r.PostForm
	case err == nil && media == "application/json":
		raw, err := io.ReadAll(v.r.Body)
		if err != nil {
			return nil, v.unreadable(err)
		}
		if v.sent, err = flatten(raw); err != nil {
			return nil, v.unreadable(err)
		}
	default:
		err := fail.New(fail.Invalid, v.t("people.error.type"), v.t("people.error.type.hint"))
		return nil, statusError{code: http.StatusUnsupportedMediaType, err: err}
	}
	return v.sent, nil
}

func (v *visit) unreadable(err error) error {
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return statusError{code: http.StatusRequestEntityTooLarge, err: fail.New(fail.Invalid, v.t("people.error.big"), v.t("people.error.big.hint"))}
	}
	return fail.Wrap(fail.Invalid, err, v.t("web.error.form"), v.t("web.error.form.hint"))
}

// flatten turns a JSON object into the values of a form.
func flatten(raw []byte) (url.Values, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	out := url.Values{}
	for name, value := range object {
		if name != "fields" {
			out.Set(name, bare(value))
			continue
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(value, &fields); err != nil {
			return nil, err
		}
		for field, of := range fields {
			out.Set("f."+field, bare(of))
		}
	}
	// The names of the envelope are those of the sheets.
	for _, name := range []string{"source", "grade", "reported", "reason", "ref"} {
		if out.Has(name) && !out.Has("e."+name) {
			out.Set("e."+name, out.Get(name))
			out.Del(name)
		}
	}
	return out, nil
}

// bare is a JSON text without its quotes, and anything else as it stands.
func bare(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// proven reads what was sent and refuses what does not come from a form of this
// session. A program proves by its own token who it is.
func (v *visit) proven() (url.Values, error) {
	values, err := v.posted()
	if err != nil || v.program {
		return values, err
	}
	if form := values.Get("form"); form != "" && subtle.ConstantTimeCompare([]byte(values.Get("token")), []byte(v.token(form))) == 1 {
		return values, nil
	}
	return values, fail.New(fail.Denied, v.t("web.error.token"), v.t("web.error.token.hint"))
}
