// Package claim holds what outsiders said a figure was, and the sources that
// everything rests on. A claim stands beside the figure and is never merged into
// it.
//
// The [Checker] computes the figure each claim speaks of, at the claim's own
// date and with what is known now, and gives a [Verdict] with a reason that can
// be printed: the claim agrees, agrees within its rounding, disagrees, cannot be
// compared, or cannot be judged from what is recorded. It also names the pairs of
// claims that cannot be true together. It never fills in what nobody recorded:
// where uncertain or missing statements could explain a difference, the verdict
// is unknown.
//
// It owns the kinds claim and source; their records lie in the record store.
//
//	report, err := checker.Check(ctx, access.Local(), "m", record.AsOf{})
//	fmt.Fprintln(out, checker.Say("fr", report.Claims[0].Reason))
package claim
