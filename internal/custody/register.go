package custody

import (
	"context"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Door is the way to records: [access.Door].
type Door interface {
	Record(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.Version, error)
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
}

// Writer takes drafts in: [desk.Desk].
type Writer interface {
	Submit(ctx context.Context, who access.Actor, mission string, drafts []desk.Draft, opt desk.Options) ([]desk.Outcome, error)
}

// Options are what a [Register] is made of. All are needed but Desk, without
// which it only reads.
type Options struct {
	Door Door
	Desk Writer
}

// Register is the register of seized items with every hand they went through.
// It owns nothing and is safe for concurrent use.
type Register struct{ Options }

// New makes a register. It starts nothing.
func New(o Options) *Register { return &Register{o} }

const (
	kindSeizure = "seizure"
	kindStep    = "custody-step"
)

// Steps at which an item leaves the register's care.
const (
	stepTaken     = "TAKEN"
	stepHanded    = "HANDED"
	stepReleased  = "RELEASED"
	stepDestroyed = "DESTROYED"
)

// Item is a seized item with its chain of custody, in the order of events.
type Item struct {
	record.Version
	Chain []Link
	Held  string // who holds it now; "" where no step says so
	// Gaps is how many places of the chain are broken, its missing beginning
	// among them.
	Gaps int
	Done bool // handed over with a receipt, given back or destroyed
}

// Link is one step of a chain. Gap names what is wrong with it: "start" where the
// chain does not begin with the taking, "hands" where whoever gives is not who
// had it, "seal" where the seal is another one, "receipt" where a handing over has
// no receipt; "" where nothing is.
type Link struct {
	record.Version
	Gap string
}

// Item gives one. [fail.NotFound] also where the actor may not read it.
func (r *Register) Item(ctx context.Context, who access.Actor, key record.Key) (Item, error) {
	v, err := r.Door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return Item{}, err
	}
	return r.with(ctx, who, &v)
}

// Items gives a page of the register, newest first, with the mark of the next.
func (r *Register) Items(ctx context.Context, who access.Actor, q record.Query) (items []Item, next string, err error) {
	q.Kind = kindSeizure
	page, err := r.Door.List(ctx, who, q)
	if err != nil {
		return nil, "", err
	}
	for i := range page.Versions {
		item, err := r.with(ctx, who, &page.Versions[i])
		if err != nil {
			return nil, "", err
		}
		items = append(items, item)
	}
	return items, page.Next, nil
}

func (r *Register) with(ctx context.Context, who access.Actor, v *record.Version) (Item, error) {
	page, err := r.Door.List(ctx, who, record.Query{
		Mission: v.Mission, Kind: kindStep, Where: map[string][]string{"seizure": {v.Ref}}, Order: record.OldestFirst, Limit: record.MaxLimit,
	})
	if err != nil && !fail.Is(err, fail.Denied) {
		return Item{}, err
	}
	return Chain(v, page.Versions), nil
}

// Chain puts a seizure's steps together, oldest first, and marks where the chain
// is broken. A broken chain makes evidence useless, so it is shown, never mended
// by guessing. Names of offices count as the same whatever their capitals.
func Chain(v *record.Version, steps []record.Version) Item {
	item := Item{Version: *v}
	seal := ""
	for i := range steps {
		link := Link{Version: steps[i]}
		switch s := &steps[i]; {
		case i == 0 && s.Text("step") != stepTaken:
			link.Gap = "start"
		case i > 0 && !same(s.Text("from"), item.Held):
			link.Gap = "hands"
		case seal != "" && s.Text("seal") != "" && s.Text("step") != "SEALED" && !same(s.Text("seal"), seal):
			link.Gap = "seal"
		case s.Text("step") == stepHanded && s.Text("receipt") == "":
			link.Gap = "receipt"
		}
		if link.Gap != "" {
			item.Gaps++
		}
		item.Held = steps[i].Text("to")
		if s := steps[i].Text("seal"); s != "" {
			seal = s
		}
		item.Done = ends(&steps[i])
		item.Chain = append(item.Chain, link)
	}
	if len(steps) == 0 {
		item.Gaps = 1
	}
	return item
}

func ends(s *record.Version) bool {
	switch s.Text("step") {
	case stepReleased, stepDestroyed:
		return true
	case stepHanded:
		return s.Text("receipt") != ""
	}
	return false
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// Take records a seizure and, with it, the first step of its chain. It gives the
// ref of the seizure.
func (r *Register) Take(ctx context.Context, who access.Actor, mission string, d desk.Draft, holder string) (string, error) {
	d.Kind = kindSeizure
	out, err := r.submit(ctx, who, mission, d)
	if err != nil {
		return "", err
	}
	first := desk.Draft{Kind: kindStep, Form: d.Form + "-taken", Fields: map[string]string{
		"seizure": out[0].Ref, "step": stepTaken, "to": holder, "at": d.Fields["at"],
	}}
	for _, id := range []string{"place", "lat", "lon", "marking", "owner"} {
		if d.Fields[id] != "" {
			first.Fields[id] = d.Fields[id]
		}
	}
	_, err = r.submit(ctx, who, mission, first)
	return out[0].Ref, err
}

// Step records that an item changed hands. Whoever holds it is its giver where
// the draft names none.
func (r *Register) Step(ctx context.Context, who access.Actor, key record.Key, d desk.Draft) error {
	item, err := r.Item(ctx, who, key)
	if err != nil {
		return err
	}
	d.Kind, d.Fields["seizure"] = kindStep, key.Ref
	if d.Fields["from"] == "" {
		d.Fields["from"] = item.Held
	}
	for _, id := range []string{"marking", "owner"} { // as the item itself
		if d.Fields[id] == "" && item.Text(id) != "" {
			d.Fields[id] = item.Text(id)
		}
	}
	_, err = r.submit(ctx, who, key.Mission, d)
	return err
}

// Refused is what a draft was refused for.
type Refused struct{ Outcome desk.Outcome }

// Error names the fields.
func (r *Refused) Error() string {
	var fields []string
	for _, p := range r.Outcome.Problems {
		fields = append(fields, p.Field+" ("+p.Code+")")
	}
	return "refused: " + strings.Join(fields, ", ")
}

func (r *Register) submit(ctx context.Context, who access.Actor, mission string, drafts ...desk.Draft) ([]desk.Outcome, error) {
	if r.Desk == nil {
		return nil, fail.New(fail.Unavailable, "this process only reads", "use the one that serves the data folder")
	}
	out, err := r.Desk.Submit(ctx, who, mission, drafts, desk.Options{Strict: true})
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
