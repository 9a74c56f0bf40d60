package web

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/sitrep"
)

// Reports are situation reports: [sitrep.Service].
type Reports interface {
	Report(ctx context.Context, who access.Actor, mission, ref string) (sitrep.Report, error)
	Reports(ctx context.Context, who access.Actor, q record.Query) (reports []sitrep.Report, next string, err error)
	Open(ctx context.Context, who access.Actor, mission, originator, form, day string) (ref string, err error)
	Save(ctx context.Context, who access.Actor, mission, ref string, words map[string]string, form string) error
	Check(ctx context.Context, who access.Actor, mission, ref, form string) error
	Release(ctx context.Context, who access.Actor, mission, ref, form string) error
	Compose(ctx context.Context, r sitrep.Report, a sitrep.Audience, lang string) (sitrep.Document, error)
	Exported(ctx context.Context, who access.Actor, r sitrep.Report, a sitrep.Audience, form string) error
	Drift(ctx context.Context, r sitrep.Report, lang string) ([]sitrep.Change, error)
	Corrigendum(ctx context.Context, who access.Actor, mission, ref string) (string, error)
	Corrected(ctx context.Context, who access.Actor, mission string, reports []sitrep.Report) (map[string][]sitrep.Report, error)
	Inputs(ctx context.Context, who access.Actor, mission, day string, asOf record.AsOf) ([]sitrep.Input, error)
	Send(ctx context.Context, who access.Actor, mission string, d desk.Draft) (ref string, err error)
	Due(ctx context.Context, who access.Actor, mission string, from, to time.Time) ([]sitrep.Due, error)
	Making(ctx context.Context, mission string) (day string, err error)
}
