package desk

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/grid"
	"konbit.org/konbit/internal/journal"
)

// Place is where a text says that something was: the text as it is kept, and the
// degrees of the middle of the place.
type Place struct{ Text, Lat, Lon string }

// Locate finds the one place that a text names and that an actor may know of; ok is
// false where there is none, or several.
type Locate func(ctx context.Context, who access.Actor, mission, text string) (at Place, ok bool, err error)

// locate gives a draft that names a place and says no position that of the place.
// One that was said stays; one that came from the place named before goes with it.
func (c *call) locate(ctx context.Context, t *told) error {
	text := t.canonical["place"]
	if c.desk.Locate == nil || text == "" || t.refused() || slices.Contains(c.desk.Places, t.kind.ID) {
		return nil
	}
	if _, _, said := grid.Cut(text); said {
		return nil
	}
	p, err := c.past(ctx, t.key)
	if err != nil {
		return err
	}
	was := p.fields()
	if t.canonical["lat"] != "" && !sameSpot(t.canonical, was) || text == was["place"].Text {
		return nil // a position that somebody says, or nothing new
	}
	if stood := was["lat"].Text; stood != "" {
		before, ok, err := c.place(ctx, was["place"].Text)
		if err != nil || !ok || before.Lat != stood || before.Lon != was["lon"].Text {
			return err // it was said, and not taken from a place
		}
		t.leaveOut("lat", "lon")
	}
	at, ok, err := c.place(ctx, text)
	if err != nil || !ok {
		return err
	}
	for id, value := range map[string]string{"place": at.Text, "lat": at.Lat, "lon": at.Lon} {
		t.canonical[id] = value
		t.blank = slices.DeleteFunc(t.blank, func(blank string) bool { return blank == id })
	}
	return nil
}

// sameSpot reports whether a draft says the position that the record has, as a form
// does that shows it.
func sameSpot(said map[string]string, was map[string]journal.Value) bool {
	return said["lat"] == was["lat"].Text && said["lon"] == was["lon"].Text
}

// leaveOut makes of fields that are said or not spoken of ones that were left empty.
func (t *told) leaveOut(ids ...string) {
	for _, id := range ids {
		delete(t.canonical, id)
		if !slices.Contains(t.blank, id) {
			t.blank = append(t.blank, id)
		}
	}
}

// place asks for each name once a call: a sheet has the same ones again and again.
func (c *call) place(ctx context.Context, text string) (Place, bool, error) {
	if at, known := c.placed[text]; known {
		return at, at.Lat != "", nil
	}
	at, ok, err := c.desk.Locate(ctx, c.who, c.mission, text)
	if err != nil {
		return at, false, err
	}
	if !ok {
		at = Place{}
	}
	c.placed[text] = at
	return at, ok, nil
}
