package casualty

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

// CellOptions are what a cell is made of. All are needed but Desk, without which
// it only reads.
type CellOptions struct {
	Door   Door
	Desk   Writer
	Rights Rights
	Terms  func(mission string) Terms
	Now    func() time.Time
}

// Cell is what the pages of the casualty cell, of MINIMISE and of the notice to
// all families are made of. Each question names who asks, and what they may not
// read is not in the answer. It owns nothing and is safe for concurrent use.
type Cell struct{ CellOptions }

// NewCell makes a cell. It starts nothing.
func NewCell(o CellOptions) *Cell { return &Cell{o} }

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

// state submits one draft. The error of a refusal is fail.Invalid and wraps a
// [Refused].
func (c *Cell) state(ctx context.Context, who access.Actor, mission string, d desk.Draft) (ref string, err error) {
	out, err := c.submit(ctx, who, mission, d)
	if err != nil {
		return "", err
	}
	return out[0].Ref, nil
}

func (c *Cell) submit(ctx context.Context, who access.Actor, mission string, drafts ...desk.Draft) ([]desk.Outcome, error) {
	if c.Desk == nil {
		return nil, fail.New(fail.Unavailable, "this process only reads", "use the one that serves the data folder")
	}
	out, err := c.Desk.Submit(ctx, who, mission, drafts, desk.Options{Strict: true})
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

// asCell is an actor who acts for the cell in one step that they were allowed:
// what is written still carries their own name.
func asCell(who access.Actor, mission string) access.Actor {
	if who.Is(access.RoleLocal) {
		return who
	}
	return access.Actor{Name: who.Name, Grants: append([]access.Grant{{Role: access.RoleCell, Mission: mission}}, who.Grants...)}
}

// stamp is a time as a field holds it.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// all lists every record that a question finds.
func (c *Cell) all(ctx context.Context, who access.Actor, q record.Query) (out []record.Version, err error) {
	q.Limit = record.MaxLimit
	for {
		page, err := c.Door.List(ctx, who, q)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Versions...)
		if q.After = page.Next; page.Next == "" {
			return out, nil
		}
	}
}
