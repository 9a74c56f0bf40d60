package claim_test

import (
	"testing"

	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/desk"
)

func TestAClaimWhoseScopeCannotBeReadIsRefused(t *testing.T) {
	for scope, refused := range map[string]bool{"": false, "contributor=ABC": false, "the first group": true} {
		for _, r := range claim.Rules() {
			problems, err := r.Check(t.Context(), desk.View{}, desk.Draft{Kind: r.Kind, Fields: map[string]string{"scope": scope}})
			if err != nil {
				t.Fatal(err)
			}
			if (len(problems) > 0) != refused {
				t.Errorf("%q: %+v", scope, problems)
			}
		}
	}
}
