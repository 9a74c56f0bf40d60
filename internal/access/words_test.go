package access_test

import (
	"strings"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/lang"
)

func TestEveryRuleAndRoleIsSaidInEveryLanguage(t *testing.T) {
	words, err := lang.Load()
	must(t, err)
	g := newGuard(t, houseKinds(t), nil)
	if len(g.Rules("m")) < 50 {
		t.Fatalf("only %d rules", len(g.Rules("m")))
	}
	for _, r := range g.Rules("m") {
		key := "access.rule." + r.ID
		if !words.Has(key) {
			t.Errorf("%s: the catalogue lacks %s", r.File, key)
			continue
		}
		if en := words.Say("en", key, nil); en != r.Says {
			t.Errorf("%s: the policy says %q, the catalogue %q", r.File, r.Says, en)
		}
	}
	for _, role := range access.Roles() {
		if !words.Has("access.role." + string(role)) {
			t.Errorf("the catalogue lacks the role %s", role)
		}
	}
	for _, key := range words.Keys() {
		id, is := strings.CutPrefix(key, "access.rule.")
		if is && !strings.Contains(ids(g), " "+id+" ") {
			t.Errorf("%s is the sentence of no rule", key)
		}
	}
}

func ids(g *access.Guard) string {
	out := " "
	for _, r := range g.Rules("m") {
		out += r.ID + " "
	}
	return out
}
