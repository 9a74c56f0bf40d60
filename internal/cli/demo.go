package cli

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"unicode/utf8"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/web"
	"konbit.org/konbit/missions"
)

type demoCommand struct {
	Addr     string `placeholder:"HOST:PORT" help:"Where to listen; loopback addresses only. Without it: 127.0.0.1:8480, or the next port that is free."`
	LoadOnly bool   `help:"Load the sample missions and stop."`
}

// Help says what becomes of the folder, with an example.
func (demoCommand) Help() string {
	return "The data folder must be empty, new, or made by an earlier demo: that one is thrown away. " +
		"The sample missions come from public sources; persons in them are fictional. Ctrl-C stops it.\n\n" +
		example("konbit demo", "konbit demo --data /tmp/demo --load-only")
}

// Run loads the samples and serves them.
func (c demoCommand) Run(ctx context.Context, e *env) error {
	var listener net.Listener
	if !c.LoadOnly {
		var err error
		if c.Addr != "" {
			err = loopbackOnly(c.Addr)
		}
		if err == nil {
			listener, err = listen(ctx, c.Addr)
		}
		if err != nil {
			return err
		}
		defer listener.Close() //nolint:errcheck // closed by the server by then
	}
	rows := int64(0)
	bar := e.bar("rows loaded")
	err := app.Demo(ctx, e.Data, missions.FS, missions.Order(), e.Now, func(_ string, n int) {
		rows += int64(n)
		bar.set(rows, 0)
	})
	bar.end()
	if err != nil {
		return err
	}
	return e.write(ctx, "", func(s *session) error {
		folder, err := fs.Sub(missions.FS, missions.Order()[0])
		if err != nil {
			return fmt.Errorf("open the sample mission: %w", err)
		}
		people, err := s.node.DemoPeople(ctx, folder)
		if err != nil {
			return err
		}
		if !c.LoadOnly { // what goes on now is old by the time a loaded folder is served
			if _, err := s.node.LoadPresent(ctx, access.Local(), app.Sheets{Mission: s.node.Missions()[0].ID, Folder: folder}); err != nil {
				return err
			}
		}
		if err := s.welcome(ctx, listener, people); err != nil || c.LoadOnly {
			return err
		}
		pages, err := s.node.Site(app.SiteOptions{Limits: web.UsualLimits(), Components: true})
		if err != nil {
			return err
		}
		return e.present(ctx, s, front{listener: listener, pages: pages})
	})
}

type welcomeData struct {
	Mission string   `json:"mission"`
	Title   string   `json:"title"`
	Address string   `json:"address,omitempty"`
	Try     []string `json:"try"`
}

// signInData is an account of the demo as it is printed.
type signInData struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Sees     string `json:"sees"`
}

// signIns are the accounts of the demo in the reader's language.
func (s *session) signIns(people []app.DemoAccount) []signInData {
	all := []signInData{}
	for _, p := range people {
		role := string(p.Role)
		if key := "people.role." + role; s.node.Words.Has(key) {
			role = s.t(key)
		}
		all = append(all, signInData{Name: p.Name, Password: app.DemoPassword, Role: role, Sees: p.Sees.In(s.Lang)})
	}
	return all
}

// welcome says where each mission is, who may sign in and what to try.
func (s *session) welcome(ctx context.Context, l net.Listener, people []app.DemoAccount) error {
	var all []welcomeData
	for _, m := range s.node.Missions() {
		s.mission = m
		w := welcomeData{Mission: m.ID, Title: m.Title.In(s.Lang)}
		if l != nil {
			w.Address = address(l, m.ID)
		}
		var err error
		if w.Try, err = s.toTry(ctx); err != nil {
			return err
		}
		all = append(all, w)
	}
	if s.JSON {
		return s.json(map[string]any{"data": s.Data, "sign_ins": s.signIns(people), "missions": all})
	}
	for _, w := range all {
		s.say("%s", w.Title)
		if w.Address != "" {
			s.say("  open  %s", w.Address)
		}
		for _, line := range w.Try {
			s.say("  try   %s", line)
		}
		s.say("")
	}
	s.saySignIns(s.signIns(people))
	s.say("data: %s", s.Data)
	if l == nil {
		s.say("next: %s serve%s", s.program(), s.elsewhere())
		return nil
	}
	s.say("Ctrl-C stops it.")
	return nil
}

// saySignIns prints who may sign in, as a table.
func (s *session) saySignIns(all []signInData) {
	if len(all) == 0 {
		return
	}
	name, role := 0, 0
	for _, a := range all {
		name, role = max(name, utf8.RuneCountInString(a.Name)), max(role, utf8.RuneCountInString(a.Role))
	}
	s.say("sign-ins: fictional, password for all of them: %s", app.DemoPassword)
	for _, a := range all {
		s.say("  %s  %s  %s", pad(a.Name, name), pad(a.Role, role), a.Sees)
	}
	s.say("")
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// program is how the program was called.
func (e *env) program() string {
	if e.Program == "" {
		return "konbit"
	}
	return e.Program
}

// toTry are three commands that answer something in this mission.
func (s *session) toTry(ctx context.Context) ([]string, error) {
	q, f, err := s.tellingFigure(ctx)
	if err != nil {
		return nil, err
	}
	where := s.where()
	try := []string{s.program() + " measures" + where}
	if q.Measure != "" {
		line := s.program() + " figure " + q.Measure + where
		if len(q.By) > 0 {
			line += " --by " + strings.Join(q.By, ",")
		}
		if s.mission.Ended != "" {
			line += " --at " + s.mission.Ended
		}
		try[0] = line
	}
	try = append(try, s.program()+" claims check"+where)
	if len(f.Rows) > 0 && len(f.Rows[0].Keys) > 0 {
		oldest := f.Rows[0].Keys[len(f.Rows[0].Keys)-1]
		return append(try, fmt.Sprintf("%s record %s%s", s.program(), oldest, s.elsewhere())), nil
	}
	return append(try, s.program()+" kinds"+where), nil
}

// tellingFigure finds a measure of the mission that is not empty: the presence
// of people if it can, at the mission's end if it has ended.
func (s *session) tellingFigure(ctx context.Context) (measure.Query, measure.Figure, error) {
	at, err := instant("at", s.mission.Ended, s.mission.Location())
	if err != nil {
		return measure.Query{}, measure.Figure{}, err
	}
	ids := append([]string{"strength.present"}, s.mission.Measures.IDs()...)
	for _, id := range ids {
		d, err := s.mission.Measures.Get(id)
		if err != nil {
			continue // a mission need not count people
		}
		q := measure.Query{Mission: s.mission.ID, Measure: id, At: at}
		if _, ok := d.Dimensions["contributor"]; ok {
			q.By = []string{"contributor"}
		}
		f, err := s.node.Figures.Figure(ctx, s.who, q)
		if err != nil || len(f.Rows) > 0 {
			return q, f, err
		}
	}
	return measure.Query{}, measure.Figure{}, nil
}
