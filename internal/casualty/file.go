package casualty

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// file is a casualty as the gate knows it.
type file struct {
	key      record.Key
	id       int64
	blind    bool // it could not be read: closed as a whole
	owner    string
	marking  string
	incident string
	persons  int64
	names    []string
	at       time.Time // the earliest that it may have happened; zero when nobody knows
	versions []version // oldest first
	linked   []linked
}

// version is what the gate must know of one version.
type version struct {
	from  time.Time
	live  bool
	opens time.Time // where ok
	ok    bool
	back  bool // they are back on duty
}

func (v version) open(t time.Time) bool { return v.live && v.ok && !t.Before(v.opens) }

// linked is a record that tells of the same event.
type linked struct {
	key     record.Key
	id      int64 // 0 while it is not there
	marking string
	steps   []telling // oldest first
}

// telling is one version of a linked record.
type telling struct {
	from time.Time
	says string // of a person the status, of an incident the numbers
	news bool   // by itself it tells of somebody hurt, missing or dead
}

// closure is what is closed of a file.
type closure struct {
	since time.Time // the first version that is held
	after time.Time // when the last open version was told; zero when none is open
}

// shut tells from which version on a file is closed at t. The last open version
// opens all before it: what a family knows today it may be told of the past.
//
// A file that was struck or taken back while it was shut is closed from its first
// version on: it counts nowhere, and there is nothing of it to be told.
func (f *file) shut(t time.Time) (closure, bool) {
	if f.blind || len(f.versions) == 0 {
		return closure{}, true
	}
	last := len(f.versions) - 1
	if !f.versions[last].live {
		for i := last; i >= 0; i-- {
			if f.versions[i].live {
				return closure{since: f.versions[0].from}, !f.versions[i].open(t)
			}
		}
		return closure{since: f.versions[0].from}, true
	}
	if f.versions[last].open(t) || f.versions[last].back && f.wasOpen(t) {
		return closure{}, false
	}
	for i := last - 1; i >= 0; i-- {
		// One that was replaced in the same moment cannot be told from what replaced it.
		if f.versions[i].open(t) && f.versions[i].from.Before(f.versions[i+1].from) {
			return closure{since: f.versions[i+1].from, after: f.versions[i].from}, true
		}
	}
	return closure{since: f.versions[0].from}, true
}

// wasOpen reports whether anybody outside the cell may know of an earlier status:
// then good news corrects it at once.
func (f *file) wasOpen(t time.Time) bool {
	return slices.ContainsFunc(f.versions, func(v version) bool { return v.open(t) })
}

// opensAfter is the next time after t at which time alone opens a version; zero
// where none does.
func (f *file) opensAfter(t time.Time) (next time.Time) {
	for _, v := range f.versions {
		if v.ok && v.opens.After(t) && (next.IsZero() || v.opens.Before(next)) {
			next = v.opens
		}
	}
	return next
}

// holds are those of the file and of what it points to.
func (f *file) holds(t time.Time) []access.Hold {
	c, closed := f.shut(t)
	if !closed {
		return nil
	}
	// A status that was open let everybody read what was told until then; before
	// the event itself nothing could be told.
	from := c.since
	if c.after.IsZero() && f.at.Before(from) {
		from = f.at
	}
	hold := func(key record.Key, id int64, marking string, since time.Time) access.Hold {
		return access.Hold{
			Mission: key.Mission, Kind: key.Kind, Ref: key.Ref, ID: id, Since: since,
			Owner: f.owner, Marking: marking, Group: f.incident, Names: f.names, From: from,
		}
	}
	own := hold(f.key, f.id, f.marking, c.since)
	own.Persons = f.persons
	out := []access.Hold{own}
	for _, l := range f.linked {
		since, tells := l.since(c, f.at)
		if l.id != 0 && tells {
			out = append(out, hold(l.key, l.id, l.marking, since))
		}
	}
	return out
}

// since is the first version of a linked record that tells what is closed.
//
// Where an earlier status is open, that is the first that says something new
// after it. Where none is: of a person the first new status since the event
// itself, for the roll may be ahead of the file; of an incident the first that
// counts somebody hurt or dead, or that came when the file had been begun.
func (l *linked) since(c closure, event time.Time) (time.Time, bool) {
	for i := range l.steps {
		if l.tells(i, c, event) {
			return l.steps[i].from, true
		}
	}
	return time.Time{}, false
}

func (l *linked) tells(i int, c closure, event time.Time) bool {
	s, person := l.steps[i], l.key.Kind == kindPerson
	fresh := i == 0 && s.news || i > 0 && s.says != l.steps[i-1].says
	late := !s.from.Before(c.since)
	switch {
	case !c.after.IsZero(): // an earlier status is open
		return (late || s.from.After(c.after)) && (fresh || late && !person)
	case person:
		return fresh && (late || !event.IsZero() && !s.from.Before(event))
	default:
		return s.news || late
	}
}

// read makes the file of a casualty from its history and that of what it points
// to.
func (g *Gate) read(ctx context.Context, key record.Key) (*file, error) {
	h, err := g.Records.History(ctx, key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	f := &file{key: key}
	terms := g.Terms(key.Mission)
	points := map[record.Key]bool{}
	for i := range h.Steps {
		s := &h.Steps[i]
		v := version{from: s.KnownFrom, live: s.State == record.Live, back: s.Text("status") == statusReturned && !disputed(s)}
		if v.opens, v.ok = Opens(s.Fields, terms); disputed(s) {
			v.ok = false
		}
		f.versions = append(f.versions, v)
		if s.State == record.Withdrawn {
			continue
		}
		f.describe(s)
		if err := g.learn(ctx, f, s.Fields); err != nil {
			return nil, err
		}
		for _, kind := range []string{kindPerson, kindIncident} {
			if ref := s.Text(kind); ref != "" {
				points[record.Key{Mission: key.Mission, Kind: kind, Ref: ref}] = true
			}
		}
	}
	for to := range points {
		if err := g.link(ctx, f, to); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// describe takes from a version what the whole file is known by.
func (f *file) describe(s *record.Step) {
	f.id = s.ID
	f.owner = cmp.Or(s.Text("owner"), s.Text("contributor"), "mission")
	f.marking = cmp.Or(s.Text("marking"), "cell")
	f.incident = s.Text("incident")
	f.persons, _ = strconv.ParseInt(s.Text("persons"), 10, 64) // what nobody counted is 0
	if !s.Lo.IsZero() && (f.at.IsZero() || s.Lo.Before(f.at)) {
		f.at = s.Lo
	}
}

// disputed reports whether two desks said different things of what the gate
// rests on: then nobody knows whether the family was told of what is so.
func disputed(s *record.Step) bool {
	return slices.ContainsFunc(s.Conflicts, func(c record.Conflict) bool {
		return slices.Contains([]string{"status", "kin", "told", "told-of", "told-by", "hold", "person", "persons", "@state"}, c.Field)
	})
}

// learn adds the names of a version to those that no text may tell.
func (g *Gate) learn(ctx context.Context, f *file, fields map[string]journal.Value) error {
	for _, field := range []string{"name", "number", "aliases"} {
		v, ok := fields[field]
		if !ok {
			continue
		}
		text, err := g.Keys.Open(ctx, v, field)
		if fail.Is(err, fail.Denied) {
			continue // the key is destroyed: nobody can read it in any record
		}
		if err != nil {
			return err
		}
		for name := range strings.SplitSeq(text, "|") {
			if name = strings.TrimSpace(name); name != "" && !slices.Contains(f.names, name) {
				f.names = append(f.names, name)
			}
		}
	}
	return nil
}

// link reads a record that a file points to. One that is not there yet is looked
// for again when any of its kind comes.
func (g *Gate) link(ctx context.Context, f *file, to record.Key) error {
	l := linked{key: to, marking: map[string]string{kindPerson: "owner", kindIncident: "mission"}[to.Kind]}
	h, err := g.Records.History(ctx, to, record.AsOf{})
	if err != nil && !fail.Is(err, fail.NotFound) {
		return err
	}
	for i := range h.Steps {
		s := &h.Steps[i]
		l.id, l.marking = s.ID, cmp.Or(s.Text("marking"), l.marking)
		l.steps = append(l.steps, tells(s))
		if to.Kind == kindPerson && s.State != record.Withdrawn {
			if err := g.learn(ctx, f, s.Fields); err != nil {
				return err
			}
		}
	}
	f.linked = append(f.linked, l)
	return nil
}

func tells(s *record.Step) telling {
	if s.Kind == kindPerson {
		status := s.Text("status")
		grave := []string{"MISSING", "DECEASED", "MEDEVAC", "SICK", "DETAINED-BY-OTHERS"}
		return telling{from: s.KnownFrom, says: status, news: slices.Contains(grave, status)}
	}
	killed, injured := s.Text("killed"), s.Text("injured")
	harm := func(n string) bool { return n != "" && n != "0" }
	return telling{from: s.KnownFrom, says: killed + "+" + injured, news: harm(killed) || harm(injured)}
}
