package operations

import (
	"context"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Door is the way to records: [access.Door].
type Door interface {
	Record(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.Version, error)
	History(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.History, error)
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
}

// Writer takes drafts in: [desk.Desk].
type Writer interface {
	Submit(ctx context.Context, who access.Actor, mission string, drafts []desk.Draft, opt desk.Options) ([]desk.Outcome, error)
}

// base is what every service of this domain reads and writes through. Desk is
// nil in a process that only reads.
type base struct {
	door Door
	desk Writer
	now  func() time.Time
}

// Refused is what a draft was refused for: the problems that a form shows beside
// its fields.
type Refused struct{ Outcome desk.Outcome }

// Error names the fields.
func (r *Refused) Error() string {
	var fields []string
	for _, p := range r.Outcome.Problems {
		fields = append(fields, p.Field+" ("+p.Code+")")
	}
	return "refused: " + strings.Join(fields, ", ")
}

// submit takes all drafts in or none. The error of a refusal is fail.Invalid and
// wraps a [Refused].
func (b *base) submit(ctx context.Context, who access.Actor, mission string, drafts ...desk.Draft) ([]desk.Outcome, error) {
	if b.desk == nil {
		return nil, fail.New(fail.Unavailable, "this process only reads", "use the one that serves the data folder")
	}
	out, err := b.desk.Submit(ctx, who, mission, drafts, desk.Options{Strict: true})
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Status == desk.StatusRefused {
			return nil, fail.Wrap(fail.Invalid, &Refused{out[i]}, "record "+drafts[i].Kind, "mend the named fields") //nolint:gosec // an outcome a draft
		}
	}
	return out, nil
}

// all lists every record that a question finds.
func (b *base) all(ctx context.Context, who access.Actor, q record.Query) (out []record.Version, err error) {
	q.Limit = record.MaxLimit
	for {
		page, err := b.door.List(ctx, who, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Versions...)
		if q.After = page.Next; page.Next == "" {
			return out, nil
		}
	}
}

// stamp is a time as a field holds it.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
