package access

import (
	"cmp"
	"context"
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Event is a read that is worth an entry of its own.
type Event struct {
	Who  Actor
	What string // READ, EXPORT or SEARCH
	Key  record.Key
	Kind string
	Rows int
	How  string // what was asked with: a format, or ""
}

// The events.
const (
	EventRead   = "READ"
	EventExport = "EXPORT"
	EventSearch = "SEARCH" // several records of a kind at once
)

// Auditor keeps who read what. A read that cannot be noted is refused.
type Auditor interface {
	Note(ctx context.Context, e Event) error
}

// AuditWith has the door note reads of audited kinds, and exports. It is for
// putting a node together: call it before the first read.
func (d *Door) AuditWith(a Auditor) { d.auditor = a }

// audited reports whether reads of a kind are noted.
func (d *Door) audited(mission, kindID string) bool {
	k, ok := d.guard.kinds.Kind(mission, kindID)
	return ok && k.Audit
}

func (d *Door) note(ctx context.Context, e Event) error {
	if d.auditor == nil {
		return nil
	}
	if err := d.auditor.Note(ctx, e); err != nil {
		return fail.Wrap(fail.Unavailable, err, "the read could not be noted, so it is refused", "try again; if it stays so, tell whoever runs the node")
	}
	return nil
}

func (d *Door) noteRead(ctx context.Context, who Actor, v *record.Version, rows int) error {
	if exporting(ctx) || !d.audited(v.Mission, v.Kind) {
		return nil
	}
	return d.note(ctx, Event{Who: who, What: EventRead, Key: v.Key, Kind: v.Kind, Rows: rows})
}

// noteList notes once for each audited kind in a page.
func (d *Door) noteList(ctx context.Context, who Actor, q *record.Query, list []record.Version) error {
	if exporting(ctx) {
		return nil
	}
	rows := map[string]int{}
	for i := range list {
		if d.audited(list[i].Mission, list[i].Kind) {
			rows[list[i].Kind]++
		}
	}
	for _, kindID := range sortedKeys(rows) {
		e := Event{Who: who, What: EventSearch, Key: record.Key{Mission: q.Mission, Kind: kindID}, Kind: kindID, Rows: rows[kindID]}
		if err := d.note(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}

type exportKey struct{}

func exporting(ctx context.Context) bool { return ctx.Value(exportKey{}) != nil }

// Exported notes that a document was taken along, how being its form and for whom it
// was made. What it holds was asked of the door when it was made.
func (d *Door) Exported(ctx context.Context, who Actor, key record.Key, how string) error {
	return d.note(ctx, Event{Who: who, What: EventExport, Key: key, Kind: key.Kind, Rows: 1, How: how})
}

// Exporting begins an export of a kind, how being its format: it notes it, once,
// and gives the context with which to list. Only what may be taken along is in
// such a list. It is [fail.Denied] for who may export nothing of the kind.
func (d *Door) Exporting(ctx context.Context, who Actor, key record.Key, how string) (context.Context, error) {
	s := d.guard.Sight(who, key.Mission, Export)
	if s.Rights != nil && len(s.Rights.Classes(key.Kind)) == 0 {
		return nil, fail.Newf(fail.Denied, "ask somebody who may take it along", "%s may not export records of kind %s", cmp.Or(who.Name, "nobody"), key.Kind)
	}
	if err := d.note(ctx, Event{Who: who, What: EventExport, Key: key, Kind: key.Kind, How: how}); err != nil {
		return nil, err
	}
	return context.WithValue(ctx, exportKey{}, true), nil
}
