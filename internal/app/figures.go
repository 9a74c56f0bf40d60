package app

import (
	"context"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// Figures is the engine of the node. Its figures carry, beside their own notes,
// what others claimed where a balance does not close.
type Figures struct {
	*measure.Engine
	claims *claim.Checker
}

// Figure computes a figure as [measure.Engine.Figure] does.
func (f *Figures) Figure(ctx context.Context, who access.Actor, q measure.Query) (measure.Figure, error) {
	figure, err := f.Engine.Figure(ctx, who, q)
	if err != nil {
		return measure.Figure{}, err
	}
	notes, err := f.claims.Notes(ctx, who, &figure, record.AsOf{Known: q.Known, Recorded: q.Recorded})
	figure.Notes = append(figure.Notes, notes...)
	return figure, err
}

// Warm reads the columns of every measure ahead, and who may read which record, so
// that the first reader after a start need not wait for it. Errors are left to
// that reader.
func (n *Node) Warm(ctx context.Context) {
	_ = n.Records.Warm(ctx)
	for _, m := range n.Missions() {
		for _, id := range m.Measures.IDs() {
			if ctx.Err() != nil {
				return
			}
			_, _ = n.Figures.Engine.Figure(ctx, access.Local(), measure.Query{Mission: m.ID, Measure: id, EvidenceLimit: 1})
		}
	}
}
