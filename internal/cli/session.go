package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// session is a command with its node open.
type session struct {
	*env
	node    *app.Node
	mission *app.Mission
	who     access.Actor
}

// read opens the data folder to look at only, which works beside a node that is
// running, and closes it after fn.
func (e *env) read(ctx context.Context, mission string, fn func(*session) error) error {
	return e.session(ctx, mission, true, fn)
}

// write opens the data folder to write in.
func (e *env) write(ctx context.Context, mission string, fn func(*session) error) error {
	return e.session(ctx, mission, false, fn)
}

func (e *env) session(ctx context.Context, mission string, readOnly bool, fn func(*session) error) (err error) {
	unlock, err := e.unlock()
	if err != nil {
		return err
	}
	node, err := app.Open(ctx, app.Config{Data: e.Data, Unlock: unlock, ReadOnly: readOnly, Now: e.Now, Log: e.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	m, err := node.Mission(mission)
	if err != nil {
		return err
	}
	// Whoever may open the data folder may read it all: it is their machine.
	s := &session{env: e, node: node, mission: m, who: access.Local()}
	if e.As != "" {
		if !readOnly {
			return fail.New(fail.Invalid, "--as is for looking: what is written is written by whoever sits here", "leave --as out")
		}
		if s.who, err = s.actor(ctx, e.As); err != nil {
			return err
		}
	}
	return fn(s)
}

// where are the flags that a command to be typed next needs, so that it means
// the same folder and mission.
func (s *session) where() string {
	out := s.elsewhere()
	if s.mission != s.node.Missions()[0] {
		out += " --mission " + s.mission.ID
	}
	return out
}

// elsewhere is the flag that names the data folder, unless it goes without saying.
func (e *env) elsewhere() string {
	if e.Data == dataFolder(e.Getenv) {
		return ""
	}
	return " --data " + e.Data
}

func (s *session) dates(at, known, recorded string) (asked, error) {
	return readDates(at, known, recorded, s.mission.Location())
}

// t says a text of the catalogue; args are name, value pairs.
func (s *session) t(key string, args ...string) string {
	return s.node.Words.Say(s.Lang, key, pairs(args))
}

func (s *session) count(key string, n int64) string { return s.node.Words.Count(s.Lang, key, n, nil) }

func pairs(args []string) map[string]string {
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

func (s *session) dec(text string) string { return s.node.Words.Decimal(s.Lang, text) }
func (s *session) num(n int) string       { return s.node.Words.Number(s.Lang, int64(n)) }

// moment writes an instant on the mission's clocks, and as a date-time group.
func (s *session) moment(t time.Time) string {
	local := t.In(s.mission.Location())
	text := fmt.Sprintf("%s, %s", s.node.Words.Date(s.Lang, local), local.Format("15:04:05"))
	letter, ok := dtg.Letter(local)
	if !ok {
		letter = 'Z'
	}
	if group, err := dtg.Format(t, letter); err == nil {
		text += "  " + group
	}
	return text
}

// minute is short: for tables.
func (s *session) minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.mission.Location()).Format("2006-01-02 15:04")
}

func (s *session) asOf(a asked) record.AsOf { return record.AsOf{Known: a.known, Recorded: a.recorded} }

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
