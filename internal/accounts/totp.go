package accounts

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"konbit.org/konbit/internal/store"
)

const (
	stepSeconds = 30
	drift       = 1 // steps before and after that count too
	codeDigits  = 6
)

// NewTOTP makes a secret for an app, to be shown to the owner of an account and
// sent back with a code of it. It is kept nowhere until then.
func (s *Service) NewTOTP(name string) (TOTP, error) {
	var bits [20]byte // the length of its hash, as RFC 4226 asks
	if _, err := io.ReadFull(s.c.Random, bits[:]); err != nil {
		return TOTP{}, fmt.Errorf("make a secret: %w", err)
	}
	text := base32Text.EncodeToString(bits[:])
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/Konbit:" + name,
		RawQuery: url.Values{"secret": {text}, "issuer": {"Konbit"}}.Encode(),
	}
	return TOTP{Secret: text, URL: u.String()}, nil
}

// Code is the code that an app with this secret shows at t.
func Code(secret string, t time.Time) (string, error) {
	return totp.GenerateCodeCustom(secret, t, totp.ValidateOpts{Period: stepSeconds, Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
}

// stepOf finds the step whose code this is; false for none. All steps are tried,
// whatever the first says.
func stepOf(secret, code string, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	for d := int64(-drift); d <= drift; d++ {
		at := now.Unix()/stepSeconds + d
		want, err := Code(secret, time.Unix(at*stepSeconds, 0))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok
}

// useCode reports whether a code is right and was not used before, and uses it up.
func (s *Service) useCode(ctx context.Context, name, secret, code string) (bool, error) {
	step, ok := stepOf(secret, code, s.time())
	if !ok {
		return false, nil
	}
	fresh := false
	err := s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		var last int64
		err := tx.QueryRow(ctx, "SELECT last FROM step WHERE name = ?", name).Scan(&last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if fresh = err != nil || step > last; !fresh {
			return nil
		}
		_, err = tx.Exec(ctx, "INSERT INTO step (name, last) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last = ?2", name, step)
		return err
	})
	return fresh, err
}
