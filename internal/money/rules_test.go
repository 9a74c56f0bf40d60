package money_test

import (
	"testing"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/money"
)

func TestARateIsMoreThanNothingBetweenTwoCurrencies(t *testing.T) {
	for _, c := range []struct {
		base, quote, rate string
		want              string
	}{
		{"USD", "KES", "129.479", ""},
		{"KES", "USD", "0.00000772", ""},
		{"USD", "KES", "0", "rate-positive "},
		{"USD", "KES", "0.00", "rate-positive "},
		{"USD", "KES", "-1", "rate-positive "},
		{"USD", "USD", "1", "rate-same "},
		{"USD", "USD", "0", "rate-positive rate-same "},
	} {
		fields := map[string]string{"base": c.base, "quote": c.quote, "rate": c.rate}
		got := ""
		for _, r := range money.Rules() {
			problems, err := r.Check(t.Context(), desk.View{}, desk.Draft{Kind: r.Kind, Fields: fields})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				got += p.Code + " "
			}
		}
		if got != c.want {
			t.Errorf("%v: refused for %q, want %q", fields, got, c.want)
		}
	}
}
