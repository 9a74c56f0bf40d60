package desk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// past is all that was said of one record, and what the call in hand adds to it.
type past struct {
	key   record.Key
	steps []record.Step
	heads []journal.ID
	added int // how many of the steps are not written yet
}

func (p *past) current() (*record.Step, bool) {
	if len(p.steps) == 0 {
		return nil, false
	}
	return &p.steps[len(p.steps)-1], true
}

// fresh says that nothing stands: nothing was said, or all of it was taken back.
func (p *past) fresh() bool {
	cur, ok := p.current()
	return !ok || cur.State == record.Withdrawn
}

// fields are those of the record as it stands.
func (p *past) fields() map[string]journal.Value {
	if cur, ok := p.current(); ok && cur.State != record.Withdrawn {
		return cur.Fields
	}
	return nil
}

func (p *past) entries() []journal.Stored {
	out := make([]journal.Stored, len(p.steps))
	for i := range p.steps {
		out[i] = p.steps[i].Entry
	}
	return out
}

// add puts an entry behind what there is, under a name of its own until the
// journal names it.
func (p *past) add(e journal.Entry, now time.Time, number int) journal.ID {
	at := clock.At(now)
	for i := range p.steps {
		at = max(at, p.steps[i].Entry.Clock)
	}
	e.Clock = at + 1
	id := provisional(number)
	p.steps = record.Fold(p.key, append(p.entries(), journal.Stored{Entry: e, ID: id}))
	p.heads = slices.DeleteFunc(slices.Clone(p.heads), func(h journal.ID) bool { return slices.Contains(e.Seen, h) })
	p.heads = append(p.heads, id)
	p.added++
	return id
}

func provisional(number int) journal.ID {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("provisional "), uint64(number)))
}

// isProvisional says whether an entry came with the call in hand.
func (p *past) isProvisional(e *journal.Stored) bool { return e.Seq == 0 }

// row is a statement that came as a row and still counts.
type row struct {
	step  int
	given string // when it said it was reported
}

// rows are the rows that count, in the order of the fold.
func (p *past) rows() []row {
	gone := map[journal.ID]bool{}
	for i := range p.steps {
		for _, id := range p.steps[i].Entry.Targets {
			gone[id] = true
		}
	}
	var out []row
	for i := range p.steps {
		e := &p.steps[i].Entry
		if given, ok := isRow(e); ok && !gone[e.ID] {
			out = append(out, row{i, given})
		}
	}
	return out
}

// said is what the rows up to and with the last one say of each field. A row's
// entry carries only what was new in it, so the rest is read off the version
// that it made.
func (p *past) said(rows []row) map[string]journal.Value {
	if len(rows) == 0 {
		return nil
	}
	out := maps.Clone(p.steps[rows[len(rows)-1].step].Fields)
	for _, r := range rows {
		maps.Copy(out, p.steps[r.step].Entry.Fields)
	}
	return out
}

// asKnown gives the fields as they were known at a time.
func (p *past) asKnown(at time.Time) map[string]journal.Value {
	var out map[string]journal.Value
	for i := range p.steps {
		if p.steps[i].Entry.Reported.After(at) {
			break
		}
		out = nil
		if p.steps[i].State != record.Withdrawn {
			out = p.steps[i].Fields
		}
	}
	return out
}

// asSeen is the record as an author saw it who had these heads before them.
func (p *past) asSeen(seen []journal.ID) (*record.Step, bool) {
	byID := make(map[journal.ID]*journal.Stored, len(p.steps))
	for i := range p.steps {
		byID[p.steps[i].Entry.ID] = &p.steps[i].Entry
	}
	var entries []journal.Stored
	for todo := slices.Clone(seen); len(todo) > 0; {
		e, ok := byID[todo[0]]
		todo = todo[1:]
		if !ok {
			continue
		}
		delete(byID, e.ID)
		entries = append(entries, *e)
		todo = append(todo, e.Seen...)
	}
	steps := record.Fold(p.key, entries)
	if len(steps) == 0 {
		return nil, false
	}
	return &steps[len(steps)-1], true
}

// lastReported is when the mission was last told of the record.
func (p *past) lastReported() time.Time {
	if cur, ok := p.current(); ok {
		return cur.Entry.Reported
	}
	return time.Time{}
}

func equal(a, b journal.Value) bool { return a.Text == b.Text && bytes.Equal(a.Sealed, b.Sealed) }

// differences names the fields in which two versions differ, by name.
func differences(old, now map[string]journal.Value) []record.Change {
	var out []record.Change
	for name, v := range now {
		if !strings.HasPrefix(name, "@") && !equal(old[name], v) {
			out = append(out, record.Change{Field: name, Old: old[name], New: v})
		}
	}
	for name, v := range old {
		if _, still := now[name]; !still && !strings.HasPrefix(name, "@") {
			out = append(out, record.Change{Field: name, Old: v})
		}
	}
	slices.SortFunc(out, func(a, b record.Change) int { return cmp.Compare(a.Field, b.Field) })
	return out
}
