package accounts

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// The events of the audit: the codes of kind reading.
const (
	eventSignIn      = "SIGN-IN"
	eventRefused     = "SIGN-IN-REFUSED"
	eventSignOut     = "SIGN-OUT"
	eventInvite      = "INVITE"
	eventAccept      = "ACCEPT"
	eventCredentials = "CREDENTIALS"
	eventGrant       = "GRANT"
	eventEndGrant    = "END-GRANT"
	eventDelegate    = "DELEGATE"
	eventSuspend     = "SUSPEND"
	eventResume      = "RESUME"
	eventRecover     = "RECOVER"
	eventToken       = "TOKEN"
	eventEndToken    = "END-TOKEN"
	eventTokenUsed   = "TOKEN-USED"
)

// Note writes down what the door tells of; it makes the service an [access.Auditor].
func (s *Service) Note(ctx context.Context, e access.Event) error {
	about := e.Key
	if about.Kind == "" {
		about.Kind = e.Kind
	}
	return s.Audit(ctx, Reading{Event: e.What, Who: e.Who.Name, About: about, Rows: int64(e.Rows), How: e.How})
}

// Audit writes an event: into the journal, or where that is open for reading
// only into the spool, from which [Service.TakeSpool] brings it later. It is on
// the disk when Audit returns. Somebody who reads the same record, or lists the
// same kind, again within the same hour of the clock makes one event; every
// export makes its own.
func (s *Service) Audit(ctx context.Context, e Reading) error {
	if e.Event == access.EventRead || e.Event == access.EventSearch {
		return s.eventOnce(ctx, e, "")
	}
	return s.event(ctx, e)
}

// event writes an event that is its own.
func (s *Service) event(ctx context.Context, e Reading) error {
	ref, err := s.ref(kindReading)
	if err != nil {
		return err
	}
	return s.note(ctx, ref, e)
}

// eventOnce writes an event once an hour. Its ref says what and when, so that it is
// one also when two processes write it, or the same one after a restart. key
// tells events apart that say the same.
func (s *Service) eventOnce(ctx context.Context, e Reading, key string) error {
	if e.At.IsZero() {
		e.At = s.time()
	}
	hour := e.At.UTC().Truncate(time.Hour).Unix()
	sum := sha256.Sum256([]byte(strings.Join([]string{
		e.Event, e.Who, e.About.String(), e.Person, e.How, strconv.FormatInt(bucket(byName, key), 10), strconv.FormatInt(hour, 10),
	}, "\x00")))
	ref := "REA-" + base32Text.EncodeToString(sum[:10])
	if !s.fresh(ref) {
		return nil
	}
	if err := s.note(ctx, ref, e); err != nil {
		s.forget(ref)
		return err
	}
	return nil
}

// maxNoted bounds what is remembered as written; past it the memory starts anew.
const maxNoted = 20_000

func (s *Service) fresh(ref string) bool {
	s.notedMu.Lock()
	defer s.notedMu.Unlock()
	if _, ok := s.noted[ref]; ok {
		return false
	}
	if len(s.noted) >= maxNoted {
		clear(s.noted)
	}
	s.noted[ref] = struct{}{}
	return true
}

func (s *Service) forget(ref string) {
	s.notedMu.Lock()
	defer s.notedMu.Unlock()
	delete(s.noted, ref)
}

// note writes an event under a ref, unless it is there.
func (s *Service) note(ctx context.Context, ref string, e Reading) error {
	if e.At.IsZero() {
		e.At = s.time()
	}
	line, err := s.line(ctx, ref, e)
	if err != nil {
		return err
	}
	if s.c.Journal == nil {
		return s.spool(line)
	}
	return s.bring(ctx, line)
}

// line is an event as it is written: refs and numbers, nothing of a person.
type line struct {
	Ref     string    `json:"ref"`
	Mission string    `json:"mission"`
	Event   string    `json:"event"`
	Who     string    `json:"who,omitempty"`
	Kind    string    `json:"kind,omitempty"`
	About   string    `json:"about,omitempty"`
	Person  string    `json:"person,omitempty"`
	Owner   string    `json:"owner,omitempty"`
	Rows    int64     `json:"rows,omitempty"`
	How     string    `json:"how,omitempty"`
	At      time.Time `json:"at"`
}

// line completes an event: of a record that is there, whose it is and whom it is about.
func (s *Service) line(ctx context.Context, ref string, e Reading) (line, error) {
	out := line{
		Ref: ref, Mission: e.About.Mission, Event: e.Event, Who: e.Who, Kind: e.About.Kind, About: e.About.Ref,
		Person: e.Person, Rows: e.Rows, How: e.How, At: e.At.UTC().Truncate(time.Millisecond),
	}
	if out.Mission == "" {
		out.Mission = s.c.Home
	}
	if out.Kind == "" || out.About == "" || Owns(out.Kind) {
		return out, nil
	}
	k, ok := s.c.Kinds.Kind(out.Mission, out.Kind)
	v, err := s.c.Records.Get(ctx, e.About, record.AsOf{})
	if fail.Is(err, fail.NotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	subject := ""
	if out.Owner = v.Text("owner"); ok {
		subject = k.Subject
		if out.Owner == "" && k.Owner != "" {
			out.Owner = v.Text(k.Owner)
		}
	}
	if out.Person == "" {
		out.Person = personOf(out.Kind, subject, &v)
	}
	return out, nil
}

func personOf(kindID, subject string, v *record.Version) string {
	switch {
	case kindID == "person":
		return v.Ref
	case subject != "" && subject != "self":
		return v.Text(subject)
	}
	return v.Text("person")
}

// bring writes a line into the journal, unless it is there.
func (s *Service) bring(ctx context.Context, l line) error {
	key := record.Key{Mission: l.Mission, Kind: kindReading, Ref: l.Ref}
	_, err := s.c.Records.Get(ctx, key, record.AsOf{})
	if !fail.Is(err, fail.NotFound) {
		return err
	}
	fields := map[string]journal.Value{}
	for field, text := range map[string]string{
		"event": l.Event, "who": l.Who, "kind": l.Kind, "about": l.About, "person": l.Person, "owner": l.Owner,
		"how": l.How, "at": stamp(l.At),
	} {
		if text != "" {
			fields[field] = journal.Value{Text: text}
		}
	}
	if l.Rows > 0 {
		fields["rows"] = journal.Value{Text: strconv.FormatInt(l.Rows, 10)}
	}
	who := l.Who
	if who == "" {
		who = access.Public().Name
	}
	_, err = s.c.Journal.Append(ctx, journal.Entry{
		Mission: l.Mission, Kind: kindReading, Ref: l.Ref, Op: journal.OpState, Actor: who, Reported: s.time(), Fields: fields,
	})
	return err
}

// WhoRead tells who read a record, or all that is about a person when it names
// one, newest first: to who may do [access.Audit], and of a person's files to the
// person whose account it is, and to their family.
func (s *Service) WhoRead(ctx context.Context, who access.Actor, about record.Key) ([]Reading, error) {
	may, err := s.mayKnow(ctx, who, about)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, mayNot("see who read this")
	}
	var out []Reading
	for _, where := range []map[string][]string{
		{"kind": {about.Kind}, "about": {about.Ref}},
		{"person": {about.Ref}},
	} {
		if where["person"] != nil && about.Kind != "person" {
			continue
		}
		found, err := s.readings(ctx, about.Mission, where, record.MaxLimit)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Reading) int { return b.At.Compare(a.At) })
	return s.told(ctx, who, about.Mission, slices.Compact(out)), nil
}

// mayKnow reports whether an actor may learn who read a record.
func (s *Service) mayKnow(ctx context.Context, who access.Actor, about record.Key) (bool, error) {
	if s.c.Guard.May(who, access.Audit, access.Resource{Mission: about.Mission, Kind: kindReading, Owner: "mission", Marking: "restricted", Ref: about.Ref}) {
		return true, nil
	}
	d, err := s.directory(ctx)
	if err != nil {
		return false, err
	}
	person := ""
	if a := d.accounts[who.Name]; a != nil && about.Mission == s.c.Home {
		person = a.person
	}
	of := about.Ref
	if about.Kind != "person" {
		l, err := s.line(ctx, "", Reading{About: about})
		if err != nil {
			return false, err
		}
		of = l.Person
	}
	if of == "" {
		return false, nil
	}
	return of == person || slices.ContainsFunc(who.Grants, func(g access.Grant) bool {
		return g.Role == access.RoleFamily && g.Person == of && (g.Mission == "" || g.Mission == about.Mission)
	}), nil
}

// Readings gives the newest events of the audit of a mission, to who may do [access.Audit].
func (s *Service) Readings(ctx context.Context, who access.Actor, mission string, limit int) ([]Reading, error) {
	if !s.c.Guard.May(who, access.Audit, access.Resource{Mission: mission, Kind: kindReading, Owner: "mission", Marking: "restricted"}) {
		return nil, mayNot("read the audit")
	}
	all, err := s.readings(ctx, mission, nil, limit)
	return s.told(ctx, who, mission, all), err
}

// readings lists events, also those that somebody with the folder has struck.
func (s *Service) readings(ctx context.Context, mission string, where map[string][]string, limit int) ([]Reading, error) {
	page, err := s.c.Records.List(ctx, record.Query{Mission: mission, Kind: kindReading, Where: where, Limit: limit, Struck: true})
	if err != nil {
		return nil, err
	}
	out := make([]Reading, 0, len(page.Versions))
	for i := range page.Versions {
		v := &page.Versions[i]
		r := Reading{
			Event: v.Text("event"), Who: v.Text("who"), Person: v.Text("person"), How: v.Text("how"), At: instant(v.Text("at")),
			About: record.Key{Mission: v.Mission, Kind: v.Text("kind"), Ref: v.Text("about")},
		}
		r.Rows, _ = strconv.ParseInt(v.Text("rows"), 10, 64) // our own number, or none
		out = append(out, r)
	}
	return out, nil
}
