package operations

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// numberShort is how a number is said over the radio: F-12 is flash 12.
var numberShort = regexp.MustCompile(`^(?i)([FPSD])-?([1-9][0-9]{0,5})$`)

// aboutKinds are what a line of the log may belong to.
func aboutKinds() []string {
	return []string{kindIncident, kindFlash, kindPatrol, "seizure", "detention"}
}

// shortKinds are the kinds that are named by a letter and their number.
func shortKinds() map[string]string {
	return map[string]string{"F": kindFlash, "P": kindPatrol, "S": "seizure", "D": "detention"}
}

// refOf gives the ref of what somebody typed a line to belong to: a ref as it is,
// whatever its capitals; F-12, P-3, S-4 or D-2 for the flash, patrol, seizure or
// detention of that number, the newest that has it; or the call sign of a patrol
// that is not closed. The number of a patrol counts at the post of the log; at
// headquarters only where no two open patrols share it. What names nothing, or
// more than one thing, is given back as typed, and the desk refuses it.
func (l *Log) refOf(ctx context.Context, who access.Actor, mission, post, typed string) (string, error) {
	for _, ref := range []string{typed, strings.ToUpper(typed), strings.ToLower(typed)} {
		for _, k := range aboutKinds() {
			_, err := l.door.Record(ctx, who, record.Key{Mission: mission, Kind: k, Ref: ref}, record.AsOf{})
			if err == nil {
				return ref, nil
			}
			if !fail.Is(err, fail.NotFound) && !fail.Is(err, fail.Denied) {
				return "", err
			}
		}
	}
	if m := numberShort.FindStringSubmatch(typed); m != nil {
		return l.numbered(ctx, who, record.Query{
			Mission: mission, Kind: shortKinds()[strings.ToUpper(m[1])], Where: map[string][]string{"number": {m[2]}},
		}, post, typed)
	}
	open, err := l.readable(ctx, who, record.Query{
		Mission: mission, Kind: kindPatrol, Where: map[string][]string{"status": {PatrolPlanned, PatrolOut, PatrolBack}},
	})
	if err != nil {
		return "", err
	}
	open = slices.DeleteFunc(open, func(v record.Version) bool { return !sameSign(v.Text("call-sign"), typed) })
	if out := slices.DeleteFunc(slices.Clone(open), func(v record.Version) bool { return v.Text("status") != PatrolOut }); len(out) == 1 {
		return out[0].Ref, nil // the one that is on its way is the one that calls
	}
	if len(open) == 1 {
		return open[0].Ref, nil
	}
	return typed, nil
}

// numbered gives the newest record of a number, of a patrol as [Log.refOf] says.
func (l *Log) numbered(ctx context.Context, who access.Actor, q record.Query, post, typed string) (string, error) {
	list, err := l.readable(ctx, who, q)
	if err != nil || len(list) == 0 {
		return typed, err
	}
	if q.Kind != kindPatrol {
		return list[0].Ref, nil
	}
	if post != "" {
		i := slices.IndexFunc(list, func(v record.Version) bool { return v.Text("post") == post })
		if i < 0 {
			return typed, nil
		}
		return list[i].Ref, nil
	}
	open := slices.DeleteFunc(slices.Clone(list), func(v record.Version) bool {
		return v.Text("status") == PatrolReported || v.Text("status") == PatrolCancelled
	})
	switch {
	case len(open) == 1:
		return open[0].Ref, nil
	case len(open) == 0 && len(list) == 1:
		return list[0].Ref, nil
	}
	return typed, nil
}

// sameSign compares call signs as they are heard: LAMP 1 is lamp-1.
func sameSign(a, b string) bool {
	heard := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
	}
	return heard(a) != "" && heard(a) == heard(b)
}

// Candidate is something that a line of the log may belong to.
type Candidate struct {
	record.Version
	Short string // F-12, or the call sign; "" for an incident
}

// aheadOfPlan is how soon a planned patrol leaves to be spoken of already.
const aheadOfPlan = 12 * time.Hour

// Candidates are what a line is likely to belong to now: flashes and patrols that
// are not closed, and the newest incidents.
func (l *Log) Candidates(ctx context.Context, who access.Actor, mission string) (out []Candidate, err error) {
	const most = 15
	for _, q := range []record.Query{
		{Kind: kindFlash, Where: map[string][]string{"status": {FlashOpen}}},
		{Kind: kindPatrol, Where: map[string][]string{"status": {PatrolOut, PatrolBack, PatrolPlanned}}, To: l.now().Add(aheadOfPlan)},
		{Kind: kindIncident},
	} {
		q.Mission, q.Limit = mission, most
		page, err := l.door.List(ctx, who, q)
		if fail.Is(err, fail.Denied) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range page.Versions {
			c := Candidate{Version: page.Versions[i]}
			switch q.Kind {
			case kindFlash:
				c.Short = "F-" + c.Text("number")
			case kindPatrol:
				c.Short = c.Text("call-sign")
			}
			out = append(out, c)
		}
	}
	return out, nil
}
