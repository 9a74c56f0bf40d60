package accounts_test

import (
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/accounts"
)

func FuzzParsePHC(f *testing.F) {
	for _, seed := range []string{
		"$argon2id$v=19$m=65536,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",
		"$argon2id$v=19$m=4294967295,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",
		"$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "", "$$$$$", "$argon2id$v=19$m=064,t=1,p=1$$",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		again, err := accounts.ParsePHC(text)
		if err == nil && again != text {
			t.Errorf("%q is read as %q", text, again)
		}
	})
}

func FuzzParseSecret(f *testing.F) {
	for _, seed := range []string{"kbt_" + strings.Repeat("a", 52), "kbt_" + strings.Repeat("A", 52), "kbt_", "", "kbs_x", "kbt_" + strings.Repeat("é", 26)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if accounts.ParseSecret("kbt_", text) && (len(text) != 56 || text != strings.ToLower(text) || !strings.HasPrefix(text, "kbt_")) {
			t.Errorf("%q is taken for a token", text)
		}
	})
}

func TestAHashFromAPackCannotTakeAllMemory(t *testing.T) {
	salt := "$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
	for cost, ok := range map[string]bool{
		"m=65536,t=3,p=1": true, "m=262144,t=16,p=8": true, "m=262145,t=3,p=1": false, "m=64,t=17,p=1": false,
		"m=64,t=1,p=9": false, "m=0,t=1,p=1": false, "m=64,t=0,p=1": false, "m=64,t=1": false, "m=64,t=1,p=1,x=1": false,
	} {
		if _, err := accounts.ParsePHC("$argon2id$v=19$" + cost + salt); (err == nil) != ok {
			t.Errorf("%s: %v", cost, err)
		}
	}
}

func TestTheWaitDoublesAndStopsAtAQuarterOfAnHour(t *testing.T) {
	for n, want := range map[int64]time.Duration{
		0: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 14: 512 * time.Second, 15: 15 * time.Minute, 1 << 40: 15 * time.Minute,
	} {
		if got := accounts.WaitAfter(n, 5); got != want {
			t.Errorf("after %d mistakes: %v, want %v", n, got, want)
		}
	}
}

func TestTheSealedFieldsAreThoseOfTheKind(t *testing.T) {
	set := newWorld(t).set
	k, _ := set.Get("account")
	sealed := map[string]bool{}
	for _, f := range accounts.Secrets() {
		sealed[f] = true
	}
	for _, f := range k.Fields {
		if f.Personal != sealed[f.ID] || f.Secret != (sealed[f.ID] && f.ID != "name") {
			t.Errorf("field %s: personal %v, secret %v, sealed by the service %v", f.ID, f.Personal, f.Secret, sealed[f.ID])
		}
	}
	for _, id := range []string{"account", "grant", "reading"} {
		if k, ok := set.Get(id); !ok || k.Marking != "restricted" || !accounts.Owns(id) {
			t.Errorf("kind %s is not restricted or not owned", id)
		}
	}
	for _, lack := range set.Untranslated() {
		if strings.HasPrefix(lack, "account") || strings.HasPrefix(lack, "grant") || strings.HasPrefix(lack, "reading") {
			t.Errorf("untranslated: %s", lack)
		}
	}
}
