package live_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/live"
)

func incident(ref, marking string) desk.Draft {
	return draft("incident", ref, "category=CLASH; summary=Shots at the gate; killed=0; injured=0; at=2026-03-01; marking="+marking)
}

// missing is a casualty of whom the family knows nothing, with what points to it.
func missing() []desk.Draft {
	return []desk.Draft{
		draft("incident", "inc-ridge", "category=AMBUSH; summary=Ambush; killed=1; injured=0; at=2026-03-01; marking=public"),
		draft("casualty", "cas-1", "contributor=JAM; status=MISSING; cause=TBD; persons=1; kin=NOT-STARTED; at=2026-03-01; marking=public; incident=inc-ridge; name=Quixanilla Zebedeo"),
	}
}

func TestEachReaderHearsOfWhatTheyMayRead(t *testing.T) {
	w := shared(t, live.UsualLimits())
	readers := []struct {
		name  string
		who   access.Actor
		hears string
	}{
		{"who sits at the machine", access.Local(), "inc-open inc-mission per-ken per-jam log-1"},
		{"the public", access.Public(), "inc-open"},
		{"the duty officer", as(access.RoleDuty, ""), "inc-open inc-mission log-1"},
		{"a ministry", as(access.RoleMinistry, "KEN"), "inc-open per-ken"},
		{"another ministry", as(access.RoleMinistry, "JAM"), "inc-open per-jam"},
		{"a donor", as(access.RoleDonor, "NOR"), "inc-open"},
		{"nobody", access.Actor{}, ""},
	}
	streams := make([]*live.Stream, len(readers))
	for i, r := range readers {
		streams[i] = w.join(live.Reader{Who: r.who})
	}
	w.says(incident("inc-open", "public"))
	w.says(incident("inc-mission", "mission"))
	w.says(draft("person", "per-ken", "contributor=KEN; rank=Corporal; number=K-1; name=Ada Sample; marking=owner"))
	w.says(draft("person", "per-jam", "contributor=JAM; rank=Corporal; number=J-1; name=Bea Sample; marking=owner"))
	w.says(draft("log", "log-1", "text=Fuel asked for; at=2026-03-01T12:00Z"))
	for i, r := range readers {
		t.Run(r.name, func(t *testing.T) {
			got := heard(streams[i])
			if refs(got) != r.hears {
				t.Errorf("hears of %q, want %q\n%s", refs(got), r.hears, got)
			}
			if strings.Contains(got, "Sample") || strings.Contains(got, `"name"`) {
				t.Errorf("a name is told that is sealed: %s", got)
			}
		})
	}
}

// TestAHeldCasualtyIsNotHeardOf compares with a twin in which nothing happened.
func TestAHeldCasualtyIsNotHeardOf(t *testing.T) {
	with, without := newWorld(t, live.UsualLimits()), newWorld(t, live.UsualLimits())
	readers := []access.Actor{
		access.Public(), as(access.RoleDuty, ""), as(access.RoleOperations, ""), as(access.RoleMinistry, "JAM"), as(access.RoleMinistry, "KEN"), as(access.RoleSpokes, ""), as(access.RoleAuditor, ""),
	}
	var a, b []*live.Stream
	for _, who := range readers {
		a, b = append(a, with.join(live.Reader{Who: who})), append(b, without.join(live.Reader{Who: who}))
	}
	cell, here := with.join(live.Reader{Who: as(access.RoleCell, "")}), with.join(live.Reader{Who: access.Local()})
	both := func(fn func(*world)) { fn(with); fn(without) }
	both(func(w *world) { w.says(incident("inc-before", "public")) })
	with.says(missing()...)
	without.tick(time.Second)
	with.says(draft("casualty", "cas-1", "status=DECEASED; declared-by=Ministry; declared-at=2026-03-01"))
	without.tick(time.Second)
	// A text that names them is heard of, without the name.
	with.says(draft("log", "log-1", "text=Ask for Quixanilla Zebedeo; at=2026-03-01T12:00Z; marking=public"))
	without.says(draft("log", "log-1", "text=Ask for ■; at=2026-03-01T12:00Z; marking=public"))
	both(func(w *world) { w.says(incident("inc-after", "public")) })
	for i, who := range readers {
		x, y := heard(a[i]), heard(b[i])
		if x != y {
			t.Errorf("%s hears\n%s\nand without the casualty\n%s", who.Name, x, y)
		}
		if !strings.Contains(x, "inc-after") {
			t.Errorf("%s hears nothing: %s", who.Name, x)
		}
		r, q := recent(with, who), recent(without, who)
		if r != q || !strings.Contains(r, "inc-after") {
			t.Errorf("%s is told later\n%s\nand without the casualty\n%s", who.Name, r, q)
		}
	}
	for name, s := range map[string]*live.Stream{"cell": cell, "machine": here} {
		got := heard(s)
		if want := "inc-before inc-ridge cas-1 cas-1 log-1 inc-after"; refs(got) != want {
			t.Errorf("the %s hears %q, want %q", name, refs(got), want)
		}
		// Reads of a file are noted, so that it is read by asking.
		if strings.Contains(got, `"MISSING"`) {
			t.Errorf("the %s is told of the file: %s", name, got)
		}
	}
}

// TestWhatTimeAloneOpensIsHeardOfByThoseWhoMayReadItThen needs no commit: the hold
// after the family was told is over.
func TestWhatTimeAloneOpensIsHeardOfByThoseWhoMayReadItThen(t *testing.T) {
	w := newWorld(t, live.UsualLimits())
	public, other := w.join(live.Reader{Who: access.Public()}), w.join(live.Reader{Who: as(access.RoleMinistry, "KEN")})
	w.says(missing()...)
	w.says(draft("casualty", "cas-1", "status=DECEASED; declared-by=Ministry; declared-at=2026-03-01"))
	w.says(draft("casualty", "cas-1", "kin=TOLD-ALL; told=2026-03-01T12:00Z; told-by=Captain Sample; told-of=DECEASED"))
	w.tick(20 * time.Hour)
	w.hub.Look(t.Context())
	w.hub.Tell(t.Context())
	for name, s := range map[string]*live.Stream{"public": public, "other ministry": other} {
		if got := heard(s); refs(got) != "" {
			t.Errorf("before the hold is over, the %s hears %s", name, got)
		}
	}
	w.tick(5 * time.Hour)
	w.hub.Look(t.Context())
	w.hub.Tell(t.Context())
	got := heard(public)
	if refs(got) != "cas-1 inc-ridge" && refs(got) != "inc-ridge cas-1" {
		t.Errorf("once it is over, the public hears %q\n%s", refs(got), got)
	}
	if strings.Contains(got, "Zebedeo") {
		t.Errorf("a file is told of by its fields: %s", got)
	}
	w.hub.Look(t.Context())
	w.hub.Tell(t.Context())
	if got := heard(public); refs(got) != "" {
		t.Errorf("told a second time: %s", got)
	}
	if !strings.Contains(recent(w, access.Public()), "cas-1") {
		t.Error("who comes back does not hear of it")
	}
}

func recent(w *world, who access.Actor) string {
	all := w.hub.Once(w.t.Context(), live.Reader{Who: who, Mission: "vale"})
	return mark.ReplaceAllString(string(all), "id: ")
}

func TestWhatWasSaidInAFieldThatIsHiddenIsNotHeardOf(t *testing.T) {
	w := shared(t, live.UsualLimits())
	w.says(draft("casualty", "cas-2", "contributor=KEN; status=INJURED; cause=ACCIDENT; persons=1; kin=TOLD-ALL; told=2026-02-01T10:00Z; told-by=Captain Sample; told-of=INJURED; at=2026-02-01; marking=public"))
	w.tick(30 * 24 * time.Hour) // told, and the hold over
	public := w.join(live.Reader{Who: access.Public()})
	here := w.join(live.Reader{Who: access.Local()})
	w.says(draft("casualty", "cas-2", "wounded=2026-02-01T09:00Z"))
	w.says(draft("casualty", "cas-2", "cause=MALICIOUS"))
	if got := heard(public); refs(got) != "cas-2" {
		t.Errorf("the public hears %q", got)
	}
	if got := heard(here); refs(got) != "cas-2 cas-2" {
		t.Errorf("the machine hears %q", got)
	}
}

func TestAClassThatWasOrIsClosedIsNotHeardOf(t *testing.T) {
	w := shared(t, live.UsualLimits())
	day := func(n int) time.Time { return time.Date(2026, 2, n, 9, 0, 0, 0, time.UTC) }
	report := func(ref, marking string, n int) desk.Draft {
		d := incident(ref, marking)
		d.Reported, d.Fields["injured"] = day(n), fmt.Sprint(n)
		return d
	}
	w.says(report("was-open", "public", 1))
	w.says(report("was-open", "mission", 3))
	w.says(report("is-open", "mission", 1))
	w.says(report("is-open", "public", 3))
	public, duty := w.join(live.Reader{Who: access.Public()}), w.join(live.Reader{Who: as(access.RoleDuty, "")})
	// A word that comes late belongs to the day it was said on.
	w.says(report("was-open", "public", 2))
	w.says(report("is-open", "mission", 2))
	if got := heard(public); refs(got) != "" {
		t.Errorf("the public hears %s", got)
	}
	if got := heard(duty); refs(got) != "was-open is-open" {
		t.Errorf("the duty officer hears %s", got)
	}
}

func TestWhatIsNotToldYetIsAfterAMark(t *testing.T) {
	w := shared(t, live.UsualLimits())
	_, err := w.node.Desk.Submit(t.Context(), access.Local(), "vale", []desk.Draft{incident("waits-1", "public")}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.tick(time.Minute) // the telling takes that long
	s := w.join(live.Reader{Who: access.Public()})
	after := regexp.MustCompile(`id: (\S*)`).FindStringSubmatch(raw(s))[1]
	w.hub.Tell(t.Context())
	if got := heard(w.join(live.Reader{Who: access.Public(), After: after})); refs(got) != "waits-1" {
		t.Errorf("heard %s", got)
	}
}

func TestNothingIsHeardOfWhatIsRefused(t *testing.T) {
	w := shared(t, live.UsualLimits())
	here := w.join(live.Reader{Who: access.Local()})
	_, err := w.node.Desk.Submit(t.Context(), access.Local(), "vale", []desk.Draft{incident("refused-1", "public"), draft("incident", "refused-2", "category=NONE")}, desk.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := heard(here); refs(got) != "" {
		t.Errorf("heard %s", got)
	}
}

func TestASlowReaderIsLetGoAndKeepsNobodyWaiting(t *testing.T) {
	limits := live.UsualLimits()
	limits.Queue = 2000
	w := shared(t, limits)
	slow, quick := w.join(live.Reader{Who: as(access.RoleDuty, "")}), w.join(live.Reader{Who: as(access.RoleDuty, ""), Key: "other"})
	for i := range 40 {
		w.says(incident(fmt.Sprint("slow-", i), "public"))
		if got := heard(quick); !strings.Contains(got, fmt.Sprintf(`"slow-%d"`, i)) {
			t.Fatalf("the quick one hears %q", got)
		}
	}
	if got := heard(slow); got != "over: "+live.OverSlow {
		t.Errorf("the slow one hears %q", got)
	}
}

func TestWhoComesBackHearsWhatTheyMissed(t *testing.T) {
	w := shared(t, live.UsualLimits())
	first := w.join(live.Reader{Who: access.Public()})
	w.says(incident("back-1", "public"))
	text := raw(first)
	at := strings.LastIndex(text, "id: ")
	last, _, _ := strings.Cut(text[at+4:], "\n")
	first.Leave()
	w.says(incident("back-2", "public"))
	w.says(incident("back-3", "mission"))
	back := func(after string) string {
		s := w.join(live.Reader{Who: access.Public(), After: after})
		defer s.Leave()
		return heard(s)
	}
	if got := back(last); refs(got) != "back-2" || strings.Contains(got, "reload") {
		t.Errorf("comes back to %q", got)
	}
	for name, after := range map[string]string{"a mark of another process": "ABCDEFGHIJ-" + last[11:], "no mark": "nothing", "a wrong one": last[:10] + "-x"} {
		if got := back(after); !strings.Contains(got, "event: reload") || refs(got) != "" {
			t.Errorf("with %s: %q", name, got)
		}
	}
	w.tick(16 * time.Minute)
	if got := back(last); !strings.Contains(got, "event: reload") {
		t.Errorf("after too long: %q", got)
	}
	if got := back(w.hub.Mark()); strings.Contains(got, "reload") {
		t.Errorf("with a mark of now: %q", got)
	}
}

func TestThereIsRoomForSoMany(t *testing.T) {
	w := shared(t, live.Limits{All: 4, Strangers: 2, Each: 2, Queue: 1 << 16, Keep: time.Minute})
	join := func(key string, stranger bool) (*live.Stream, error) {
		return w.hub.Join(t.Context(), live.Reader{Who: access.Public(), Mission: "vale", Key: key, Stranger: stranger})
	}
	a, _ := join("a", true)
	_, _ = join("a", true)
	if _, err := join("a", true); !errors.Is(err, live.ErrMany) {
		t.Errorf("a third of one: %v", err)
	}
	if _, err := join("b", true); !errors.Is(err, live.ErrFull) {
		t.Errorf("a third stranger: %v", err)
	}
	_, _ = join("c", false)
	if _, err := join("d", false); err != nil {
		t.Errorf("a fourth who is known: %v", err)
	}
	if _, err := join("e", false); !errors.Is(err, live.ErrFull) {
		t.Errorf("a fifth: %v", err)
	}
	a.Leave()
	if _, err := join("b", true); err != nil {
		t.Errorf("when one has left: %v", err)
	}
	w.hub.End()
	if _, err := join("e", false); !errors.Is(err, live.ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
}

func TestAGrantThatEndsIsHeardToTheMinute(t *testing.T) {
	w := shared(t, live.UsualLimits())
	who := as(access.RoleDuty, "")
	who.Grants[0].Until = w.now().Add(time.Hour)
	s := w.join(live.Reader{Who: who})
	w.says(incident("grant-1", "mission"))
	w.tick(time.Hour)
	w.says(incident("grant-2", "mission"))
	w.says(incident("grant-3", "public"))
	if got := heard(s); refs(got) != "grant-1 grant-3" {
		t.Errorf("heard %s", got)
	}
}

func TestAChangeOfAnAccountHasEveryStreamAskWhoseItIs(t *testing.T) {
	w := shared(t, live.UsualLimits())
	s := w.join(live.Reader{Who: as(access.RoleDuty, "")})
	heard(s)
	w.says(incident("acc-1", "public"))
	if _, unsure, _ := s.Take(); unsure {
		t.Error("it asks for nothing")
	}
	_, err := w.node.Accounts.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada", Personal: "Ada Sample", Reason: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	w.hub.Tell(t.Context())
	if _, unsure, _ := s.Take(); !unsure {
		t.Error("it does not ask")
	}
	w.hub.Unsettle()
	if _, unsure, _ := s.Take(); !unsure {
		t.Error("it does not ask when a session may have ended")
	}
}

func TestStreamsEndWithTheHub(t *testing.T) {
	w := shared(t, live.UsualLimits())
	s := w.join(live.Reader{Who: access.Public()})
	heard(s)
	before := runtime.NumGoroutine()
	ctx, stop := context.WithCancel(t.Context())
	other := live.New(live.Options{Records: w.node.Records, Door: w.node.Door, People: func(string) bool { return false }, Notes: func(string) bool { return false }, Limits: live.UsualLimits(), Now: w.now})
	done := make(chan struct{})
	go func() { other.Run(ctx); close(done) }()
	o, err := other.Join(t.Context(), live.Reader{Who: access.Public(), Mission: "vale"})
	if err != nil {
		t.Fatal(err)
	}
	stop()
	<-done
	<-o.Ready()
	if _, _, over := o.Take(); over != live.OverStop {
		t.Errorf("over: %q", over)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

func FuzzParseMark(f *testing.F) {
	for _, text := range []string{"ABCDEFGHIJ-1772366400000000", "", "-", "A-", "A-0", "A--1", "A-99999999999999999999", "A-1-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		boot, at, ok := live.ParseMark(text)
		if ok && (boot == "" || at <= 0) {
			t.Errorf("%q is taken for %q %d", text, boot, at)
		}
	})
}
