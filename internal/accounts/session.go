package accounts

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// The limits of a session. A watch in the operations room is twelve hours, and
// its screen is looked at all the time as the paper log on the table was: who
// has the role duty and none of the strong ones is not signed out in between.
const (
	idleLimit     = 30 * time.Minute
	absoluteLimit = 12 * time.Hour
	touchEvery    = time.Minute
)

// idleOf is how long somebody with these grants may be away.
func idleOf(grants []access.Grant) time.Duration {
	idle := idleLimit
	for _, g := range grants {
		if strong(g.Role) {
			return idleLimit
		}
		if g.Role == access.RoleDuty {
			idle = absoluteLimit
		}
	}
	return idle
}

// strong reports whether a role needs more than a password: it opens files of
// casualties and persons, or everything.
func strong(r access.Role) bool {
	switch r {
	case access.RoleAdmin, access.RoleCell, access.RoleNotifier, access.RolePersonnel, access.RoleMedical:
		return true
	default:
		return false
	}
}

func anyStrong(grants []access.Grant) bool {
	for _, g := range grants {
		if strong(g.Role) {
			return true
		}
	}
	return false
}

// begin starts a session of an account that has proved who it is.
func (s *Service) begin(ctx context.Context, d *directory, a *entry, how, from string) (Session, error) {
	token, hash, err := s.newSecret(prefixSession)
	if err != nil {
		return Session{}, err
	}
	now := s.time()
	out := Session{
		Token: token, Name: a.name, How: how, From: from, Started: now, Seen: now,
		Idle: idleOf(d.active(a, now)), Ends: now.Add(absoluteLimit),
	}
	err = s.changeSessions(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM session WHERE ends <= ?1 OR seen + idle <= ?1", now.UnixMilli()); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, "INSERT INTO session (hash, name, how, origin, started, seen, idle, ends) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			raw(hash), a.name, how, from, now.UnixMilli(), now.UnixMilli(), out.Idle.Milliseconds(), out.Ends.UnixMilli())
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		out.ID = strconv.FormatInt(id, 10)
		return err
	})
	return out, err
}

func raw(hash string) []byte {
	b, _ := hex.DecodeString(hash) // made by hashOf
	return b
}

const sessionColumns = "SELECT id, name, how, origin, started, seen, idle, ends FROM session "

func scanSession(row interface{ Scan(...any) error }) (Session, error) {
	var out Session
	var id, started, seen, idle, ends int64
	err := row.Scan(&id, &out.Name, &out.How, &out.From, &started, &seen, &idle, &ends)
	out.ID = strconv.FormatInt(id, 10)
	out.Started, out.Seen, out.Ends = time.UnixMilli(started).UTC(), time.UnixMilli(seen).UTC(), time.UnixMilli(ends).UTC()
	out.Idle = time.Duration(idle) * time.Millisecond
	return out, err
}

func overSession() error {
	return deny("session", "the session is over", "sign in again")
}

// Session gives the session of a token and its actor, and counts as its use.
// [fail.Denied] when it is over: ended, idle for too long, older than twelve
// hours, or of an account that was suspended or recovered meanwhile. An actor
// who signed in by a password alone does not have the strong roles, even where
// they were given since.
func (s *Service) Session(ctx context.Context, token string) (Session, access.Actor, error) {
	return s.session(ctx, token, true)
}

// Peek is [Service.Session] for what a page asks by itself: it does not count as
// use, so that a screen on which pages are kept fresh is signed out when nobody
// sits before it.
func (s *Service) Peek(ctx context.Context, token string) (Session, access.Actor, error) {
	return s.session(ctx, token, false)
}

func (s *Service) session(ctx context.Context, token string, used bool) (Session, access.Actor, error) {
	hash, ok := parseSecret(prefixSession, token)
	if !ok || s.c.Sessions == nil {
		return Session{}, access.Actor{}, overSession()
	}
	found, err := s.readSession(ctx, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, access.Actor{}, overSession()
	}
	if err != nil {
		return Session{}, access.Actor{}, err
	}
	now := s.time()
	d, err := s.directory(ctx)
	if err != nil {
		return Session{}, access.Actor{}, err
	}
	a := d.accounts[found.Name]
	if !found.holds(now) || a == nil || a.state != Active || found.Started.Before(a.over) {
		return Session{}, access.Actor{}, overSession()
	}
	if used && now.Sub(found.Seen) >= touchEvery {
		found.Seen = now
		err = s.changeSessions(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE session SET seen = ? WHERE hash = ?", now.UnixMilli(), raw(hash))
			return err
		})
	}
	return found, s.actor(d, a, found.How == ByPassword && !s.c.Lenient), err
}

// holds reports whether a session is neither idle for too long nor too old. Time
// that runs backwards ends it as well.
func (s Session) holds(now time.Time) bool {
	return now.Before(s.Ends) && now.Sub(s.Seen) < s.Idle && !now.Add(touchEvery).Before(s.Started)
}

func (s *Service) actor(d *directory, a *entry, weak bool) access.Actor {
	who := access.Actor{Name: a.name}
	for _, g := range d.active(a, s.time()) {
		if !weak || !strong(g.Role) {
			who.Grants = append(who.Grants, g)
		}
	}
	return who
}

// Actor is an account with the grants that hold now; [fail.NotFound] when there is
// none, [fail.Denied] when it is suspended or has not accepted its invitation.
func (s *Service) Actor(ctx context.Context, name string) (access.Actor, error) {
	d, err := s.directory(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	a := d.accounts[Canonical(name)]
	switch {
	case a == nil:
		return access.Actor{}, noAccount(name)
	case a.state != Active:
		return access.Actor{}, deny("not-active", "the account "+a.name+" is "+string(a.state), "konbit account show "+a.name)
	}
	return s.actor(d, a, false), nil
}

// SignOut ends the session of a token. A token that is over does nothing.
func (s *Service) SignOut(ctx context.Context, token string) error {
	found, _, err := s.Session(ctx, token)
	if fail.Is(err, fail.Denied) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.changeSessions(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE hash = ?", raw(hashOf(token)))
		return err
	})
	if err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: eventSignOut, Who: found.Name})
}

// Sessions gives the sessions of an account that are not over, newest first: to
// itself and to who may do [access.Account].
func (s *Service) Sessions(ctx context.Context, who access.Actor, name string) ([]Session, error) {
	name = Canonical(name)
	if who.Name != name && !s.mayManage(who) {
		return nil, mayNot("see the sessions of others")
	}
	if s.c.Sessions == nil {
		return nil, s.readOnly()
	}
	d, err := s.directory(ctx)
	if err != nil {
		return nil, err
	}
	a := d.accounts[name]
	if a == nil {
		return nil, noAccount(name)
	}
	var out []Session
	err = s.c.Sessions.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, sessionColumns+"WHERE name = ? ORDER BY started DESC, id DESC", name)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			one, err := scanSession(rows)
			if err != nil {
				return err
			}
			if one.holds(s.time()) && a.state == Active && !one.Started.Before(a.over) {
				out = append(out, one)
			}
		}
		return rows.Err()
	})
	return out, err
}

// EndSession ends a session of an account by its ID: one's own, or anybody's for
// who may do [access.Account].
func (s *Service) EndSession(ctx context.Context, who access.Actor, name, id string) error {
	name = Canonical(name)
	if who.Name != name && !s.mayManage(who) {
		return mayNot("end the sessions of others")
	}
	if s.c.Sessions == nil {
		return s.readOnly()
	}
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return fail.New(fail.NotFound, "there is no such session", "konbit account sessions "+name)
	}
	ended := false
	err = s.changeSessions(ctx, func(tx *store.Tx) error {
		res, err := tx.Exec(ctx, "DELETE FROM session WHERE id = ? AND name = ?", number, name)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		ended = n > 0
		return err
	})
	if err != nil || !ended {
		return err
	}
	return s.event(ctx, Reading{Event: eventSignOut, Who: name, How: "ended by " + who.Name})
}

// endSessions ends all sessions of an account on this node; those on other nodes
// end when the entry of their account arrives there.
func (s *Service) endSessions(ctx context.Context, name string) error {
	if s.c.Sessions == nil {
		return nil
	}
	return s.changeSessions(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE name = ?", name)
		return err
	})
}
