package casualty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Unsure reports whether a status leaves open what became of somebody, so that
// only a named authority may declare a death.
func Unsure(status string) bool { return slices.Contains(unsure(), status) }

// Hold is how long a mission waits between telling a family and anything going out.
func (c *Cell) Hold(mission string) time.Duration { return c.Terms(mission).Hold }

// Undeclared is a file that waits for a named authority, with what whoever
// declares must know of it and no more.
type Undeclared struct {
	Key         record.Key
	Status      string
	Contributor string    // alpha-3
	Reported    time.Time // UTC; of the status in force
}

// Undeclared gives the files of persons whose fate is not known, oldest first, to
// who may declare somebody dead. They need not be able to read the files.
// [fail.Denied] for anybody else.
func (c *Cell) Undeclared(ctx context.Context, who access.Actor, mission string) ([]Undeclared, error) {
	if err := c.mayDeclare(who, mission, "", ""); err != nil {
		return nil, err
	}
	list, err := c.all(ctx, asCell(who, mission), record.Query{Mission: mission, Kind: kindCasualty, Where: map[string][]string{"status": unsure()}})
	if err != nil {
		return nil, err
	}
	var out []Undeclared
	for i := range list {
		v := &list[i]
		out = append(out, Undeclared{Key: v.Key, Status: v.Text("status"), Contributor: v.Text("contributor"), Reported: v.KnownFrom})
	}
	slices.SortFunc(out, func(a, b Undeclared) int {
		return cmp.Or(a.Reported.Compare(b.Reported), cmp.Compare(a.Key.Ref, b.Key.Ref))
	})
	return out, nil
}

// Declaration is what an authority says when it declares somebody dead.
type Declaration struct {
	Authority string // an office, by name
	On        string // a date, as people write it
	Reason    string
	Form      string // makes a repeat harmless
}

// Declare states that somebody missing is dead. The gate closes anew: the family
// must be told of this status too. [fail.Denied] for who may not declare,
// [fail.NotFound] where nobody of unknown fate is in the file, [fail.Invalid]
// with a [Refused] for a declaration that the rules refuse.
func (c *Cell) Declare(ctx context.Context, who access.Actor, key record.Key, d Declaration) error {
	if err := c.mayDeclare(who, key.Mission, "", ""); err != nil {
		return err
	}
	v, err := c.Door.Record(ctx, asCell(who, key.Mission), key, record.AsOf{})
	if err != nil {
		return err
	}
	if !Unsure(v.Text("status")) {
		return fail.Newf(fail.NotFound, "only somebody missing is declared dead", "nobody of unknown fate in %s", key.Ref)
	}
	if err := c.mayDeclare(who, key.Mission, cmp.Or(v.Text("owner"), v.Text("contributor")), v.Text("marking")); err != nil {
		return err
	}
	_, err = c.state(ctx, asCell(who, key.Mission), key.Mission, desk.Draft{
		Kind: kindCasualty, Ref: key.Ref, Form: d.Form, Reason: d.Reason,
		Source: v.Text(record.FieldSource), Grade: v.Text(record.FieldGrade), // the file rests on what it rested on
		Fields: map[string]string{"status": statusDeceased, "declared-by": d.Authority, "declared-at": d.On},
	})
	return err
}

func (c *Cell) mayDeclare(who access.Actor, mission, owner, marking string) error {
	r := access.Resource{Mission: mission, Kind: kindCasualty, Owner: owner, Marking: marking}
	if c.Rights.May(who, access.Declare, r) {
		return nil
	}
	return fail.Newf(fail.Denied, "ask the authority that declares", "%s may not declare somebody dead", who.Name)
}

// Narrow leaves an order of MINIMISE in force for one contributor or one post, or
// widens it to the whole mission. Errors are those of [Cell.Begin].
func (c *Cell) Narrow(ctx context.Context, who access.Actor, key record.Key, scope, contributor, post string) error {
	fields := map[string]string{"scope": scope, "contributor": "", "post": ""}
	switch scope {
	case scopeContributor:
		fields["contributor"] = contributor
	case scopePost:
		fields["post"] = post
	}
	return c.turn(ctx, who, key, fields)
}

// Notices gives the newest notice of each scope, contributor and post that an
// actor may read, the newest first.
func (c *Cell) Notices(ctx context.Context, who access.Actor, mission string) ([]record.Version, error) {
	list, err := c.all(ctx, who, record.Query{Mission: mission, Kind: kindNotice})
	if err != nil {
		return nil, err
	}
	seen := map[[3]string]bool{}
	return slices.DeleteFunc(list, func(v record.Version) bool {
		of := [3]string{v.Text("scope"), v.Text("contributor"), v.Text("post")}
		old := seen[of]
		seen[of] = true
		return old
	}), nil
}
