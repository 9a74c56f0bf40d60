package accounts

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding) // nothing writes it

// What a secret is for stands before it, so that one that is found lying about
// can be recognised, by people and by programs that look for such things.
const (
	prefixToken    = "kbt_" // a program's
	prefixSession  = "kbs_"
	prefixInvite   = "kbi_"
	prefixCeremony = "kbc_"
)

// secretLength is that of 32 bytes in base32.
const secretLength = 52

// parseSecret gives the hash of a secret with a prefix; false for anything that
// cannot be one, so that no store is asked for it.
func parseSecret(prefix, text string) (hash string, ok bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok || len(rest) != secretLength {
		return "", false
	}
	raw, err := base32Text.DecodeString(strings.ToUpper(rest))
	if err != nil || prefix+strings.ToLower(base32Text.EncodeToString(raw)) != text {
		return "", false
	}
	return hashOf(text), true
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
