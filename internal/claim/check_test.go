package claim_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

var update = flag.Bool("update", false, "write the golden files again")

// every lists claims that get each verdict for each reason.
func every(t testing.TB) *world {
	w := figures(t)
	n := 0
	add := func(name, measure, scope, value, precision, at string, more ...string) {
		n++
		f := fields{"measure": measure, "scope": scope, "value": value, "precision": precision, "at": at}
		for _, kv := range more {
			k, v, _ := strings.Cut(kv, "=")
			f[k] = v
		}
		for k, v := range f {
			if v == "" {
				delete(f, k)
			}
		}
		w.say(t, "claim", fmt.Sprintf("%02d-%s", n, name), f)
	}
	ken := "contributor=KEN"
	add("200 on the first day", "strength.present", ken, "200", "exact", "2024-06-25")
	add("400 on the first day", "strength.present", ken, "400", "exact", "2024-06-25")
	add("over 600", "strength.present", ken, "600", "least", "2025-01-24")
	add("600 rounded", "strength.present", ken, "600", "rounded", "2025-01-18")
	add("exactly 600, which rounds", "strength.present", ken, "600", "exact", "2025-01-20")
	add("about 800", "strength.present", ken, "800", "about", "2025-03-31")
	add("about 1,000", "strength.present", ken, "1000", "about", "2025-03-31")
	add("745 deployed", "strength.arrived", ken, "745", "exact", "2025-09-17", "stage=DEPLOYED")
	add("617 some time in early 2025", "strength.present", ken, "617", "exact", "2025-01-10/2025-03")
	add("flights that may or may not have come", "strength.present", "contributor=GTM", "75", "exact", "2025-01-10")
	add("could be the uncertain flight", "strength.present", "", "475", "exact", "2025-01-12")
	add("18m received", "money.received", "currency=USD", "18000000", "rounded", "2024-04-30", "stage=RECEIVED")
	add("85m received later", "money.received", "currency=USD", "85000000", "rounded", "2024-12-31")
	add("25m soon after", "money.received", "currency=USD", "25000000", "exact", "2024-05-10")
	add("announced in another currency", "money.announced", "donor=CAN;currency=USD", "80500000", "rounded", "2024-02-28")
	add("pledged is not received", "money.received", "currency=USD", "78000000", "rounded", "2024-04-30", "stage=PLEDGED")
	add("747 enrolled", "cohort.enrolled", "name=34", "747", "exact", "2024-08-27")
	add("213 women", "cohort.graduated", "name=34;sex=F", "213", "exact", "2025-01-10")
	add("747 graduated", "cohort.graduated", "name=34", "747", "exact", "2025-01-10")
	add("11 left, of whom the record counts one", "cohort.left", "name=34", "11", "exact", "2025-01-10")
	add("nothing recorded", "casualties.deaths", "", "7", "exact", "2024-07-01")
	add("no ceiling in force", "mandate.ceiling", "", "2500", "exact", "2025-06-01")
	add("no measure", "", "", "110000000", "exact", "2025-02-04")
	add("no number", "strength.present", "", "", "", "2025-02-04")
	add("unknown measure", "strength.presence", "", "5", "exact", "2025-02-04")
	add("unreadable scope", "strength.present", "the first group", "5", "exact", "2025-02-04")
	add("unknown dimension", "strength.present", "donor=USA", "5", "exact", "2025-02-04")
	add("a stage where there is none", "casualties.deaths", "", "5", "exact", "2025-02-04", "stage=PLEDGED")
	add("1,000 exactly is no rounding of 761", "strength.arrived", ken, "1000", "exact", "2025-02-20")
	add("745 some days later", "strength.arrived", ken, "745", "exact", "2025-09-18T00:00/2025-09-18T12:00")
	add("the same day in another zone", "strength.present", ken, "500", "exact", "2024-06-25", "zone=C")
	add("250 women, of whom some were not counted apart", "strength.arrived", ken+";sex=F", "250", "exact", "2025-02-20")
	add("too many women for that", "strength.arrived", ken+";sex=F", "800", "exact", "2025-02-20")
	add("old but complete", "cohort.graduated", "name=34", "9", "exact", "2026-05-01")
	add("arrivals that shrink", "strength.arrived", ken, "700", "exact", "2025-10-01")
	return w
}

func TestEveryVerdictHasAReasonToPrint(t *testing.T) {
	w := every(t)
	report, err := w.checker.Check(t.Context(), access.Local(), home, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
		var out bytes.Buffer
		for _, v := range report.Claims {
			computed := "none"
			if v.Computed != nil {
				computed = v.Computed.String()
			}
			fmt.Fprintf(&out, "%s\n  claimed %s, computed %s: %s\n  %s\n", v.Key.Ref, v.Claimed, computed, v.Verdict, w.checker.Say(lang, v.Reason))
		}
		for _, x := range report.Conflicts {
			fmt.Fprintf(&out, "%s against %s\n  %s\n", x.A.Ref, x.B.Ref, w.checker.Say(lang, x.Reason))
		}
		golden(t, lang, out.String())
		if i := strings.IndexAny(out.String(), "{}"); i >= 0 || strings.Contains(out.String(), "claim.") {
			t.Errorf("%s: an argument or a text is missing", lang)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "verdicts."+name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: want, got:\n%s", name, diff)
	}
}

func TestTheReportReadsAsEveryScriptReadsIt(t *testing.T) {
	w := figures(t)
	w.say(t, "claim", "a", fields{"measure": "strength.arrived", "scope": "contributor=KEN", "value": "745", "at": "2025-09-17", "@source": "s1"})
	w.say(t, "claim", "b", fields{"measure": "strength.arrived", "scope": "contributor=KEN", "value": "761", "precision": "about", "at": "2025-09-17"})
	w.say(t, "claim", "c", fields{"measure": "strength.arrived", "scope": "contributor=KEN", "value": "900", "precision": "least", "at": "2025-09-17"})
	report, err := w.checker.Beside(t.Context(), access.Local(), home, "strength.arrived", record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Claims []struct {
			Ref, Measure, Claimed, Verdict, Why string
			Computed                            json.Number
		}
		Conflicts []struct{ Claims []string }
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got.Claims {
		lines = append(lines, fmt.Sprint(c.Ref, " ", c.Claimed, " ", c.Computed, " ", c.Verdict))
	}
	for _, x := range got.Conflicts {
		lines = append(lines, strings.Join(x.Claims, " against "))
	}
	want := []string{"a 745 761 disagrees", "b about 761 761 agrees", "c at least 900 761 disagrees", "a against c", "b against c"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if got.Claims[0].Why != "On 17 September 2025, “Arrived since the beginning” (Kenya) came to 761 (4 records); 745 is 16 less." {
		t.Errorf("why: %s", got.Claims[0].Why)
	}
}

func TestThePublicSeesPublicClaimsOnly(t *testing.T) {
	w := figures(t)
	w.say(t, "claim", "a", fields{"measure": "strength.arrived", "value": "745", "at": "2025-09-17", "marking": "public"})
	w.say(t, "claim", "b", fields{"measure": "strength.arrived", "value": "7", "at": "2025-09-17"})
	report, err := w.checker.Check(t.Context(), access.Public(), home, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Claims) != 1 || len(report.Conflicts) != 0 || report.Claims[0].Verdict != claim.Unknown {
		t.Errorf("%+v", report)
	}
}

func TestAClaimIsNotJudgedByAPublishedFigure(t *testing.T) {
	w := figures(t)
	w.out = map[string]measure.Publication{"strength.arrived": {Round: 100 * measure.One}}
	w.say(t, "claim", "a", fields{"measure": "strength.arrived", "value": "745", "at": "2025-09-17", "marking": "public"})
	for _, c := range []struct {
		who        access.Actor
		want, code string
	}{{access.Public(), claim.Incomparable, "published"}, {access.Local(), claim.Disagrees, "fewer"}} {
		report, err := w.checker.Check(t.Context(), c.who, home, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		got := report.Claims[0]
		if got.Verdict != c.want || got.Reason.Code != c.code || strings.Contains(w.checker.Say("en", got.Reason), "{") {
			t.Errorf("%s: %s, %s", c.who.Name, got.Verdict, w.checker.Say("en", got.Reason))
		}
	}
}

func TestAScopeIsReadInAnyOrder(t *testing.T) {
	for text, want := range map[string]map[string][]string{
		"":                         {},
		"contributor=ABC":          {"contributor": {"ABC"}},
		" sex = F ; name=A class ": {"sex": {"F"}, "name": {"A class"}},
		"sex=F, name=A|B":          {"sex": {"F"}, "name": {"A", "B"}},
	} {
		got, err := claim.ParseScope(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
	for _, bad := range []string{"all of them", "contributor=", "=ABC", "sex=F;sex=M"} {
		if got, err := claim.ParseScope(bad); err == nil {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}

// A claim of the figure itself agrees, whatever the figure is; one that is
// allowed no rounding and is off by one disagrees.
func TestAClaimOfTheFigureItselfAgrees(t *testing.T) {
	base := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorldLike(base)
		n := rapid.IntRange(1, 5000).Draw(rt, "persons")
		w.say(t, "movement", "m", fields{"contributor": "ABC", "direction": "IN", "persons": fmt.Sprint(n), "at": "2025-01-01"})
		for _, p := range []string{"exact", "rounded", "least", "about"} {
			w.say(t, "claim", p, fields{"measure": "strength.present", "value": fmt.Sprint(n), "precision": p, "at": "2025-01-02"})
		}
		off := n*10 + 1
		w.say(t, "claim", "off", fields{"measure": "strength.present", "value": fmt.Sprint(off), "precision": "exact", "at": "2025-01-02"})
		report, err := w.checker.Check(rt.Context(), access.Local(), home, record.AsOf{})
		if err != nil {
			rt.Fatal(err)
		}
		for _, v := range report.Claims {
			want := claim.Agrees
			if v.Key.Ref == "off" {
				want = claim.Disagrees
			}
			if v.Verdict != want {
				rt.Fatalf("%d claimed as %s: %s", n, v.Key.Ref, v.Verdict)
			}
		}
	})
}
