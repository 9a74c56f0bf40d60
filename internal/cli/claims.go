package cli

import (
	"context"
	"strings"

	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/record"
)

type claimsCommand struct {
	Check claimsCheckCommand `cmd:"" help:"Judge every claim: agrees, rounded, disagrees, incomparable or unknown, and why."`
}

type claimsCheckCommand struct {
	ofMission
	Known    string `placeholder:"T" help:"Judge by what the mission had been told by then."`
	Recorded string `placeholder:"T" help:"Judge by what this node had written by then."`
}

// Help says how a claim is judged, with an example.
func (claimsCheckCommand) Help() string {
	return "Each claim is held against the figure of its own date, from what was known as asked. Then come the claims " +
		"that cannot be true together. A claim never changes a figure.\n\n" +
		example("konbit claims check", "konbit claims check --known 2025-02-01 --json")
}

// Run judges the claims.
func (c claimsCheckCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		a, err := s.dates("", c.Known, c.Recorded)
		if err != nil {
			return err
		}
		report, err := s.node.Claims.Check(ctx, s.who, s.mission.ID, s.asOf(a))
		if err != nil {
			return err
		}
		if s.JSON {
			for i := range report.Claims {
				report.Claims[i].Why = s.node.Claims.Say(s.Lang, report.Claims[i].Reason)
			}
			for i := range report.Conflicts {
				report.Conflicts[i].Why = s.node.Claims.Say(s.Lang, report.Conflicts[i].Reason)
			}
			return s.json(report)
		}
		s.tellClaims(&report)
		return nil
	})
}

// verdicts are in the order in which a reader wants them: what is wrong first.
func verdicts() []string {
	return []string{claim.Disagrees, claim.Unknown, claim.Incomparable, claim.Rounded, claim.Agrees}
}

func (s *session) tellClaims(r *claim.Report) {
	for _, verdict := range verdicts() {
		var of []*claim.Verdict
		for i := range r.Claims {
			if r.Claims[i].Verdict == verdict {
				of = append(of, &r.Claims[i])
			}
		}
		if len(of) == 0 {
			continue
		}
		s.say("%s (%d)", strings.ToUpper(s.t("cli.claims."+verdict)), len(of))
		for _, v := range of {
			s.tellClaim(v)
		}
		s.say("")
	}
	if len(r.Claims) == 0 {
		s.say("%s", s.t("cli.claims.none"))
	}
	if len(r.Conflicts) == 0 {
		return
	}
	s.say("%s (%d)", strings.ToUpper(s.t("cli.claims.conflicts")), len(r.Conflicts))
	for _, x := range r.Conflicts {
		s.say("  %s / %s", x.A.Ref, x.B.Ref)
		s.say("%s", wrap(s.node.Claims.Say(s.Lang, x.Reason), 98, "    "))
	}
}

func (s *session) tellClaim(v *claim.Verdict) {
	line := []string{v.Key.Ref, v.Measure, v.Scope, v.Record.Text("at"), v.Claimed}
	if v.Computed != nil {
		line = append(line, s.t("cli.claims.computed", "value", strings.TrimSpace(s.dec(v.Computed.String())+" "+v.Apart)))
	}
	line = append(line, strings.TrimSpace(v.Record.Text(record.FieldSource)+" "+v.Record.Text(record.FieldGrade)))
	s.say("  %s", strings.Join(nonEmpty(line...), "  "))
	s.say("%s", wrap(s.node.Claims.Say(s.Lang, v.Reason), 98, "    "))
}
