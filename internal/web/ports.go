package web

import (
	"context"
	"log/slog"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/record"
)

// Reader gives one record.
type Reader interface {
	Record(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.Version, error)
	History(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.History, error)
}

// Lister gives many records.
type Lister interface {
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
	Count(ctx context.Context, who access.Actor, q record.Query) (record.Total, error)
	Groups(ctx context.Context, who access.Actor, q record.GroupQuery) (record.Groups, error)
	Exporting(ctx context.Context, who access.Actor, key record.Key, how string) (context.Context, error)
}

// Changer gives what became known of a mission's records, the newest first.
type Changer interface {
	Changes(ctx context.Context, who access.Actor, q ChangeQuery) ([]record.Step, error)
}

// ChangeQuery asks what became known in a mission.
type ChangeQuery = record.ChangeQuery

// Figures computes measures.
type Figures interface {
	Figure(ctx context.Context, who access.Actor, q measure.Query) (measure.Figure, error)
	// Changes are the values from from to to, a point at each change.
	Changes(ctx context.Context, who access.Actor, q measure.Query, from, to time.Time) ([]measure.Point, error)
	// Records are the versions behind the figure, newest event first.
	Records(ctx context.Context, who access.Actor, q measure.Query, after string, limit int) (measure.Evidence, error)
}

// Claims holds what was said of the figures against them.
type Claims interface {
	Check(ctx context.Context, who access.Actor, mission string, asOf record.AsOf) (claim.Report, error)
	Beside(ctx context.Context, who access.Actor, mission, measure string, asOf record.AsOf) (claim.Report, error)
	Say(lang string, r claim.Reason) string
}

// Desk is the one way in.
type Desk interface {
	Submit(ctx context.Context, who access.Actor, mission string, drafts []desk.Draft, opt desk.Options) ([]desk.Outcome, error)
	Retract(ctx context.Context, who access.Actor, key record.Key, reason string) error
}

// Guard decides who may do what, where a page offers it.
type Guard interface {
	May(who access.Actor, a access.Action, r access.Resource) bool
	MayAny(who access.Actor, a access.Action, mission, kindID string) bool
}

// Mission is a mission with its kinds and measures.
type Mission struct {
	*mission.Mission
	Kinds    *kind.Set
	Measures *measure.Set

	areas []chart.Area // of its base map
}

// Options are what the pages stand on. All are needed but those marked.
type Options struct {
	Missions []Mission
	Reader   Reader
	Lister   Lister
	Changer  Changer
	Figures  Figures
	Claims   Claims
	Desk     Desk
	Guard    Guard
	Cell     Cell
	Room     Room
	Reports  Reports
	Live     Live // nil: pages do not keep themselves fresh
	// Headquarters knows, for a mission, what its headquarters has; nil means that
	// nobody has said which node that is.
	Headquarters func(mission string) Headquarters
	Accounts     Accounts // nil: nobody can sign in, and whoever sits at the machine may do all
	Words        *lang.Catalogue
	Now          func() time.Time
	Log          *slog.Logger
	// Components adds the page that shows every part of which pages are made.
	Components bool
	// Layer gives the outlines of a layer of the map by their digest; nil: none.
	Layer func(digest string) ([]byte, error)
	// PublicOnly makes every visitor the public, whoever sits at the machine.
	PublicOnly bool
	// SetupCode lets somebody who does not sit at the machine make the first
	// account; "" means that only who sits there may.
	SetupCode string
	// Limits of requests; the zero value means none. See [UsualLimits].
	Limits Limits
	// Secret keys the tokens in forms; at least 16 random bytes.
	Secret []byte
}

// Headquarters says whether headquarters has what is recorded: [nodes.Headquarters].
type Headquarters interface {
	Named() bool
	Here() bool
	Has(node journal.NodeID, seq uint64) bool
}

// Note is a remark in words: a key of the catalogue and its arguments.
type Note struct {
	Key  string
	Args map[string]string
}
