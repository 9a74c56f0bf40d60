package desk

import (
	"context"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// withdrawChunk is how many records one commit of a withdrawal touches.
const withdrawChunk = 500

// Retract strikes a record through: it stays readable and counts nowhere.
// Repeating it is harmless. The error is [fail.Denied] for an actor who may not
// write, [fail.Invalid] without a reason and [fail.NotFound] for a record that
// is not there.
func (d *Desk) Retract(ctx context.Context, who access.Actor, key record.Key, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	if s := d.Guard.Sight(who, key.Mission, access.Retract); s.Rights != nil && len(s.Rights.Classes(key.Kind)) == 0 {
		return denied(who)
	}
	if d.Standing != nil && d.Standing(key.Kind) {
		return fail.Newf(fail.Denied, "end what it grants, or suspend the account: konbit account --help", "a record of kind %s is not struck", key.Kind)
	}
	unlock := d.lock([]*told{{key: key, out: &Outcome{}}})
	defer unlock()
	h, err := d.Records.History(ctx, key, record.AsOf{})
	if err != nil {
		return err
	}
	last := &h.Steps[len(h.Steps)-1]
	if err := d.mayUndo(who, access.Retract, &last.Version); err != nil {
		return err
	}
	if last.State != record.Live {
		return nil
	}
	e := d.undo(who, &h)
	e.Op, e.Reason = journal.OpRetract, strings.TrimSpace(reason)
	_, err = d.Journal.Append(ctx, e)
	return err
}

// Withdraw takes back an import: every statement that came with the batch counts
// from now on as never made, and the same rows can be imported again. It gives
// the number of statements taken back. Errors are those of Retract;
// [fail.NotFound] when nothing that came with the batch still counts. After an
// error, repeating it goes on where it ended.
func (d *Desk) Withdraw(ctx context.Context, who access.Actor, mission, batch, reason string) (n int, err error) {
	if err := needReason(reason); err != nil {
		return 0, err
	}
	if !d.Guard.May(who, access.Withdraw, access.Resource{Mission: mission}) {
		return 0, denied(who)
	}
	stored, err := d.Batches.Batch(ctx, mission, batch)
	if err != nil {
		return 0, err
	}
	if len(stored) == 0 {
		return 0, fail.Newf(fail.NotFound, "konbit import prints the name of each import", "nothing counts that came with the import %q", batch)
	}
	byRecord := map[record.Key][]journal.ID{}
	var order []record.Key
	for i := range stored {
		key := record.Key{Mission: mission, Kind: stored[i].Kind, Ref: stored[i].Ref}
		if byRecord[key] == nil {
			order = append(order, key)
		}
		byRecord[key] = append(byRecord[key], stored[i].ID)
	}
	for len(order) > 0 {
		chunk := order[:min(withdrawChunk, len(order))]
		order = order[len(chunk):]
		done, err := d.withdraw(ctx, who, chunk, byRecord, reason)
		n += done
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (d *Desk) withdraw(ctx context.Context, who access.Actor, keys []record.Key, of map[record.Key][]journal.ID, reason string) (n int, err error) {
	var held []*told
	for _, key := range keys {
		held = append(held, &told{key: key, out: &Outcome{}})
	}
	unlock := d.lock(held)
	defer unlock()
	var entries []journal.Entry
	for _, key := range keys {
		h, err := d.Records.History(ctx, key, record.AsOf{})
		if err != nil {
			return 0, err
		}
		if !d.Guard.MayWith(who, access.Withdraw, &h.Steps[len(h.Steps)-1].Version) {
			return 0, denied(who)
		}
		targets := stillThere(&h, of[key])
		if len(targets) == 0 {
			continue
		}
		n += len(targets)
		e := d.undo(who, &h)
		e.Op, e.Reason, e.Targets = journal.OpWithdraw, strings.TrimSpace(reason), targets
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return 0, nil
	}
	if _, err := d.Journal.Append(ctx, entries...); err != nil {
		return 0, err
	}
	return n, nil
}

// stillThere leaves out what was taken back before.
func stillThere(h *record.History, ids []journal.ID) []journal.ID {
	gone := map[journal.ID]bool{}
	for i := range h.Steps {
		for _, id := range h.Steps[i].Entry.Targets {
			gone[id] = true
		}
	}
	var out []journal.ID
	for _, id := range ids {
		if !gone[id] {
			out = append(out, id)
		}
	}
	return out
}

// undo is an entry about a record that takes effect after all there is.
func (d *Desk) undo(who access.Actor, h *record.History) journal.Entry {
	reported := d.Now().UTC()
	if last := h.Steps[len(h.Steps)-1].Entry.Reported; last.After(reported) {
		reported = last
	}
	return journal.Entry{
		Mission: h.Mission, Kind: h.Kind, Ref: h.Ref, Actor: who.Name, Reported: reported, Seen: h.Heads,
	}
}

func needReason(reason string) error {
	if strings.TrimSpace(reason) != "" {
		return nil
	}
	return fail.New(fail.Invalid, "no reason given", "say in a few words why: readers see it beside the correction")
}

// Erase destroys the key of a person ("mission/kind/ref"), so that nothing sealed
// under it can be read again; the chain still verifies. It cannot be undone.
// Repeating it is harmless.
func (d *Desk) Erase(ctx context.Context, who access.Actor, subject string) error {
	part := strings.SplitN(subject, "/", 3)
	if len(part) < 3 {
		return fail.Newf(fail.Invalid, "name it as mission/kind/ref", "%q is no person", subject)
	}
	if !d.Guard.May(who, access.Erase, access.Resource{Mission: part[0], Kind: part[1], Ref: part[2]}) {
		return denied(who)
	}
	return d.Keys.Erase(ctx, subject)
}
