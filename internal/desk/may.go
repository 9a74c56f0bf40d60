package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

func denied(who access.Actor) error {
	return fail.Newf(fail.Denied, "sign in as somebody who may write in this mission", "%s may not write", cmp.Or(who.Name, "nobody"))
}

// action is what a call asks to do: what comes as an import is one.
func (c *call) action() access.Action {
	if c.opt.Batch != "" {
		return access.Import
	}
	return access.Write
}

// mayBegin refuses an actor who may write no record at all of the kinds that the
// drafts are of. What each draft is about is decided when it is compared.
func (c *call) mayBegin(drafts []Draft) error {
	s := c.desk.Guard.Sight(c.who, c.mission, c.action())
	if c.all = s.Rights == nil; c.all {
		return nil
	}
	for i := range drafts {
		if len(s.Rights.Classes(drafts[i].Kind)) > 0 {
			return nil
		}
	}
	return denied(c.who)
}

// may decides on one draft: whoever may not read a record cannot correct it, and
// it must be theirs to write both as it stands and as it would become. A ref that
// is taken by a record they do not see is refused like any that is not theirs.
func (c *call) may(t *told, p *past) {
	if c.all {
		return
	}
	guard := c.desk.Guard
	cur, there := p.current()
	if there && !p.isProvisional(&cur.Entry) {
		if !guard.Sees(c.who, &cur.Version) || !guard.MayWith(c.who, c.action(), &cur.Version) {
			t.refuse("ref", "ref-taken", map[string]string{"value": t.key.Ref})
			return
		}
	}
	then := record.Version{Key: t.key, Fields: map[string]journal.Value{}}
	for _, id := range []string{"marking", "owner", "post", t.kind.Owner} {
		if text, said := t.canonical[id]; said {
			then.Fields[id] = journal.Value{Text: text}
		} else if !slices.Contains(t.blank, id) {
			then.Fields[id] = p.fields()[id]
		}
	}
	if !guard.MayWith(c.who, c.action(), &then) {
		t.refuse("marking", "not-yours", map[string]string{"value": t.kind.ID})
	}
}

// repeated reports whether a draft is a form that its record has already: only
// its author can know its id, so that is no news to them.
func repeated(t *told, p *past) bool { return t.draft.Form != "" && p.hasForm(t.draft.Form) }

// shownChanges leaves of what a draft changes the fields that its author may read.
func (c *call) shownChanges(p *past, all []record.Change) []record.Change {
	cur, there := p.current()
	if c.all || !there {
		return all
	}
	v := cur.Version
	v.Fields = maps.Clone(v.Fields)
	for _, ch := range all { // also those that it clears
		if _, set := v.Fields[ch.Field]; !set {
			v.Fields[ch.Field] = ch.Old
		}
	}
	open := c.desk.Guard.Readable(c.who, &v)
	cover := c.desk.Guard.Sight(c.who, c.mission, access.Read).Cover
	var out []record.Change
	for _, ch := range all {
		if _, ok := open[ch.Field]; !ok {
			continue
		}
		if cover != nil {
			ch.Old.Text = cover(ch.Old.Text, cur.KnownFrom)
		}
		out = append(out, ch)
	}
	return out
}

// known reports whether a record is there for who speaks: one over which the kin
// gate is closed to them is there if it was before.
func (c *call) known(ctx context.Context, key record.Key) (bool, error) {
	asOf := record.AsOf{}
	if !c.all {
		for _, h := range c.desk.Guard.Sight(c.who, c.mission, access.Read).Held {
			if h.Key == key {
				asOf.Known = h.Since.Add(-time.Millisecond)
			}
		}
	}
	v, err := c.desk.Records.Get(ctx, key, asOf)
	if fail.Is(err, fail.NotFound) {
		return false, nil
	}
	return err == nil && v.State == record.Live, err
}

// mayUndo refuses an actor who may not do this to a record as it stands. One
// they do not see is refused like one that is not there.
func (d *Desk) mayUndo(who access.Actor, a access.Action, v *record.Version) error {
	if !d.Guard.Sees(who, v) {
		return fail.Newf(fail.NotFound, "look the ref up in the list of its kind", "no record %s", v.Key)
	}
	if !d.Guard.MayWith(who, a, v) {
		return denied(who)
	}
	return nil
}
