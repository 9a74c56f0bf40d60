package claim

import (
	"context"
	"encoding/json"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// The verdicts.
const (
	Agrees       = "agrees"
	Rounded      = "rounded"      // agrees within its rounding
	Disagrees    = "disagrees"    // the difference is named
	Incomparable = "incomparable" // it speaks of something else than the figure
	Unknown      = "unknown"      // what is recorded cannot decide it
)

// Verdict is what is to be said of one claim.
type Verdict struct {
	Key     record.Key
	Measure string // as the claim names it; may be none that exists
	Scope   string
	// Claimed is the value as it was claimed: 745, at least 600, about 1,000.
	Claimed  string
	Computed *measure.Amount // the figure; nil where there is none
	Apart    string          // the currency or unit of Computed
	Verdict  string
	Reason   Reason
	Why      string // the reason in English
	// From and At bound the claim's date; the figure is that of At.
	From, At time.Time
	Records  int    // behind the figure
	Address  string // of the figure
	Record   record.Version
}

// Conflict is two claims that cannot be true together.
type Conflict struct {
	A, B   record.Key
	Reason Reason
	Why    string // the reason in English
}

// Report is every claim of a mission with its verdict, oldest first, and the
// pairs that cannot be true together.
type Report struct {
	Claims    []Verdict  `json:"claims"`
	Conflicts []Conflict `json:"conflicts"`
}

// Records gives lists of records: [access.Door].
type Records interface {
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
}

// Options of a Checker. All are required.
type Options struct {
	Records Records
	Figures *measure.Engine
	Guard   *access.Guard
	Words   *lang.Catalogue
	Now     func() time.Time
}

// Checker judges claims. It is safe for use by many at once.
type Checker struct {
	records Records
	figures *measure.Engine
	guard   *access.Guard
	words   *lang.Catalogue
	now     func() time.Time
}

// New makes a checker.
func New(o Options) *Checker {
	return &Checker{records: o.Records, figures: o.Figures, guard: o.Guard, words: o.Words, now: o.Now}
}

// Check judges every claim that the actor may see, with what was known as asked.
func (c *Checker) Check(ctx context.Context, who access.Actor, mission string, asOf record.AsOf) (Report, error) {
	return c.report(ctx, inquiry{who: who, mission: mission, asOf: asOf})
}

// Beside judges the claims on one measure, for the page of its figure.
func (c *Checker) Beside(ctx context.Context, who access.Actor, mission, measureID string, asOf record.AsOf) (Report, error) {
	return c.report(ctx, inquiry{who: who, mission: mission, asOf: asOf, measure: measureID})
}

// inquiry is who asks what.
type inquiry struct {
	who     access.Actor
	mission string
	asOf    record.AsOf
	measure string // "" means all
	// inside says that who asks may be told of measures that are not public.
	inside bool
}

func (c *Checker) report(ctx context.Context, q inquiry) (Report, error) {
	q.inside = c.inside(q.who, q.mission)
	m, err := c.figures.Mission(q.mission)
	if err != nil {
		return Report{}, err
	}
	statements, err := c.read(ctx, q, m)
	if err != nil {
		return Report{}, err
	}
	report := Report{Claims: []Verdict{}, Conflicts: []Conflict{}}
	for i := range statements {
		v, err := c.judge(ctx, q, m, &statements[i])
		if err != nil {
			return Report{}, err
		}
		v.Why = c.Say("en", v.Reason)
		report.Claims = append(report.Claims, v)
	}
	for _, x := range conflicts(statements, m) {
		x.Why = c.Say("en", x.Reason)
		report.Conflicts = append(report.Conflicts, x)
	}
	return report, nil
}

// MarshalJSON writes the verdict as every script reads it.
func (v Verdict) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Ref      string            `json:"ref"`
		Measure  string            `json:"measure"`
		Scope    string            `json:"scope,omitempty"`
		At       string            `json:"at,omitempty"`
		Claimed  string            `json:"claimed"`
		Computed *measure.Amount   `json:"computed"`
		Apart    string            `json:"apart,omitempty"`
		Verdict  string            `json:"verdict"`
		Code     string            `json:"code"`
		Args     map[string]string `json:"args,omitempty"`
		Why      string            `json:"why"`
		Records  int               `json:"records"`
		Source   string            `json:"source,omitempty"`
		Grade    string            `json:"grade,omitempty"`
		Address  string            `json:"address,omitempty"`
	}{
		v.Key.Ref, v.Measure, v.Scope, v.Record.Text("at"), v.Claimed, v.Computed, v.Apart, v.Verdict,
		v.Reason.Code, v.Reason.Args, v.Why, v.Records,
		v.Record.Text(record.FieldSource), v.Record.Text(record.FieldGrade), v.Address,
	})
}

// MarshalJSON writes the conflict as every script reads it.
func (x Conflict) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Claims [2]string `json:"claims"`
		Code   string    `json:"code"`
		Why    string    `json:"why"`
	}{[2]string{x.A.Ref, x.B.Ref}, x.Reason.Code, x.Why})
}

func (c *Checker) inside(who access.Actor, mission string) bool {
	return c.guard.May(who, access.Count, access.Resource{Mission: mission})
}
