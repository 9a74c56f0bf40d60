package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

type accountCommand struct {
	Setup    accountSetupCommand    `cmd:"" help:"Make the first account, with the role admin."`
	Add      accountAddCommand      `cmd:"" help:"Invite a person, or add a program."`
	List     accountListCommand     `cmd:"" help:"List the accounts."`
	Show     accountShowCommand     `cmd:"" help:"Show an account, its roles and what it signs in with."`
	Grant    accountGrantCommand    `cmd:"" help:"Give a role."`
	EndGrant accountEndGrantCommand `cmd:"" name:"end-grant" help:"End a role now."`
	Delegate accountDelegateCommand `cmd:"" help:"Hand roles of somebody on for a shift."`
	Suspend  accountSuspendCommand  `cmd:"" help:"Keep an account from signing in."`
	Resume   accountResumeCommand   `cmd:"" help:"Let a suspended account sign in again."`
	Recover  accountRecoverCommand  `cmd:"" help:"Take all credentials away and make a new invitation."`
	Token    accountTokenCommand    `cmd:"" help:"Make a token for a program."`
	Sessions accountSessionsCommand `cmd:"" help:"List the sessions of an account, or end them."`
	ReadBy   accountReadByCommand   `cmd:"" name:"read-by" help:"Tell who read a record, or all that is about a person."`
}

// scope are the flags that say for what a role is.
type scope struct {
	Role    string `placeholder:"ROLE" help:"The role: duty, operations, cell, ministry …"`
	For     string `name:"for" placeholder:"ID" help:"The mission the role is for. Without it: every mission of the node."`
	Country string `placeholder:"XXX" help:"The country of a ministry, notifier or donor (ISO 3166-1, three letters)."`
	Post    string `placeholder:"REF" help:"The post. Without it: all."`
	Person  string `placeholder:"REF" help:"The person, for the role family."`
	From    string `placeholder:"T" help:"From when. Without it: now."`
	Until   string `placeholder:"T" help:"Until when. Without it: no end."`
}

func (c scope) grant(s *session) (access.Grant, error) {
	g := access.Grant{Role: access.Role(c.Role), Mission: c.For, Owner: c.Country, Post: c.Post, Person: c.Person}
	if c.For != "" {
		if _, err := s.node.Mission(c.For); err != nil {
			return g, err
		}
	}
	for _, d := range []struct {
		flag, text string
		into       *time.Time
	}{{"from", c.From, &g.From}, {"until", c.Until, &g.Until}} {
		if d.text == "" {
			continue
		}
		t, err := instant(d.flag, d.text, s.mission.Location())
		if err != nil {
			return g, err
		}
		*d.into = t
	}
	return g, nil
}

type accountSetupCommand struct {
	Name         string `arg:"" help:"The name to sign in with: ada.okello"`
	Called       string `placeholder:"TEXT" help:"How the person is called."`
	PasswordFile string `placeholder:"FILE" help:"Read the password from a file. Without it: it is asked for."`
}

// Help says why a code app comes with it, with an example.
func (accountSetupCommand) Help() string {
	return "The role admin needs more than a password, so the secret of a code app is printed: type it into the app. " +
		"A password is never taken from the command line, where others on the machine could read it.\n\n" +
		example("konbit account setup ada.okello --called \"Ada Okello\"")
}

// Run makes the first account.
func (c accountSetupCommand) Run(ctx context.Context, e *env) error {
	password, err := e.password(c.PasswordFile)
	if err != nil {
		return err
	}
	return e.write(ctx, "", func(s *session) error {
		app, err := s.node.Accounts.NewTOTP(accounts.Canonical(c.Name))
		if err != nil {
			return err
		}
		code, err := accounts.Code(app.Secret, s.Now())
		if err != nil {
			return err
		}
		session, err := s.node.Accounts.Setup(ctx, accounts.Invitation{Name: c.Name, Personal: c.Called, Language: s.Lang},
			accounts.Credentials{Password: password, Secret: app.Secret, Code: code}, "")
		if err != nil {
			return err
		}
		// The command is done: nobody goes on in this session.
		if err := s.node.Accounts.SignOut(ctx, session.Token); err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]string{"account": session.Name, "secret": app.Secret, "url": app.URL})
		}
		s.say("%s may sign in, with the role admin.\nType this secret into the code app, or make a picture of the address. It is not shown again:\n  %s\n  %s", session.Name, app.Secret, app.URL)
		return nil
	})
}

// password reads a password from a file or asks for it, twice.
func (e *env) password(file string) (string, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		return strings.TrimRight(string(text), "\r\n"), fail.Wrap(fail.NotFound, err, "read the password", "name a file that holds it")
	}
	if e.Secret == nil {
		return "", fail.New(fail.Invalid, "there is no terminal to ask for the password", "konbit account setup NAME --password-file FILE")
	}
	first, err := e.Secret("Password, 12 characters or more: ")
	if err != nil {
		return "", err
	}
	again, err := e.Secret("Once more: ")
	if err == nil && !bytes.Equal(first, again) {
		err = fail.New(fail.Invalid, "the two are not the same", "type the same password twice")
	}
	return string(first), err
}

type accountAddCommand struct {
	scope
	Name     string `arg:"" help:"The name to sign in with: ada.okello"`
	Called   string `placeholder:"TEXT" help:"How the person is called."`
	Program  bool   `help:"It is a program; it signs in by a token."`
	Record   string `placeholder:"REF" help:"The person's record, so that they can see who read their file."`
	Provider string `placeholder:"ID" help:"The ministry's own sign-in (sign-in.yaml) that vouches for the person."`
	Subject  string `placeholder:"TEXT" help:"What that sign-in calls the person."`
	Reason   string `placeholder:"TEXT" help:"Why; it stands in the audit."`
}

// Help is the example.
func (accountAddCommand) Help() string {
	return "A person gets a link, once: it works once, for 72 hours. Give it to them yourself.\n\n" +
		example("konbit account add ada.okello --called \"Ada Okello\" --role duty", "konbit account add feed --program --role program")
}

// Run invites.
func (c accountAddCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		in := accounts.Invitation{
			Name: c.Name, Personal: c.Called, Language: s.Lang, Person: c.Record, Reason: c.Reason, Provider: c.Provider, Subject: c.Subject,
		}
		if c.Program {
			in.Type = accounts.Program
		}
		if c.Role != "" {
			g, err := c.grant(s)
			if err != nil {
				return err
			}
			in.Grants = []access.Grant{g}
		}
		link, err := s.node.Accounts.Invite(ctx, s.who, in)
		if err != nil {
			return err
		}
		return s.invited(accounts.Canonical(c.Name), link)
	})
}

// invited tells a link, this once.
func (s *session) invited(name, link string) error {
	if s.JSON {
		return s.json(map[string]string{"account": name, "invitation": link})
	}
	if link == "" {
		s.say("%s is added.", name)
		return nil
	}
	s.say("%s is invited. This part of the address is shown once and works once, for 72 hours:\n  /invitation/%s", name, link)
	return nil
}

type accountListCommand struct{}

// Help is the example.
func (accountListCommand) Help() string { return example("konbit account list") }

// Run lists the accounts.
func (accountListCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, "", func(s *session) error {
		all, err := s.node.Accounts.Accounts(ctx, s.who)
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]any{"accounts": all})
		}
		var rows [][]string
		for i := range all {
			a := &all[i]
			var roles []string
			for _, g := range a.Grants {
				if g.Active(s.Now()) {
					roles = append(roles, string(g.Role))
				}
			}
			rows = append(rows, []string{a.Name, a.Personal, string(a.Type), string(a.State), strings.Join(roles, " ")})
		}
		table(s.Stdout, s.heads("name", "called", "type", "state", "roles"), rows)
		return nil
	})
}

func (s *session) heads(keys ...string) []column {
	var out []column
	for _, k := range keys {
		out = append(out, column{head: s.t("account.cli." + k)})
	}
	return out
}

type accountShowCommand struct {
	Name string `arg:"" help:"The account."`
}

// Help is the example.
func (accountShowCommand) Help() string { return example("konbit account show ada.okello") }

// Run shows an account.
func (c accountShowCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, "", func(s *session) error {
		a, err := s.node.Accounts.Account(ctx, s.who, c.Name)
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(a)
		}
		s.say("%s  %s  %s  %s", a.Name, a.Personal, a.Type, a.State)
		var with []string
		for _, w := range []struct {
			has  bool
			what string
		}{{a.Password, "password"}, {a.TOTP, "app"}, {len(a.Passkeys) > 0, "passkey"}, {len(a.Providers) > 0, "provider"}, {len(a.Tokens) > 0, "token"}} {
			if w.has {
				with = append(with, s.t("account.cli."+w.what))
			}
		}
		s.say("%s: %s", s.t("account.cli.with"), strings.Join(with, ", "))
		var rows [][]string
		for _, g := range a.Grants {
			rows = append(rows, []string{g.Ref, string(g.Role), g.Mission, g.Owner + g.Post + g.Person, s.minute(g.From), s.minute(g.Until), g.By})
		}
		table(s.Stdout, s.heads("grant", "role", "mission", "scope", "from", "until", "by"), rows)
		return nil
	})
}

type accountGrantCommand struct {
	scope
	Name   string `arg:"" help:"The account."`
	Reason string `placeholder:"TEXT" help:"Why; it stands in the audit."`
}

// Help is the example.
func (accountGrantCommand) Help() string {
	return example("konbit account grant ada.okello --role ministry --country BHS --until 2025-12-31")
}

// Run gives a role.
func (c accountGrantCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		g, err := c.grant(s)
		if err != nil {
			return err
		}
		ref, err := s.node.Accounts.Grant(ctx, s.who, c.Name, g, c.Reason)
		if err != nil {
			return err
		}
		return s.done(map[string]string{"grant": ref}, "%s has the role %s: %s", accounts.Canonical(c.Name), c.Role, ref)
	})
}

// done says what was done, in words or in JSON.
func (s *session) done(data any, format string, args ...any) error {
	if s.JSON {
		return s.json(data)
	}
	s.say(format, args...)
	return nil
}

type accountEndGrantCommand struct {
	Ref    string `arg:"" help:"The grant, as konbit account show lists it."`
	Reason string `required:"" placeholder:"TEXT" help:"Why; it stands in the audit."`
}

// Help is the example.
func (accountEndGrantCommand) Help() string {
	return example(`konbit account end-grant GRA-7K3F-29QX --reason "gone home"`)
}

// Run ends a role.
func (c accountEndGrantCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		if err := s.node.Accounts.EndGrant(ctx, s.who, c.Ref, c.Reason); err != nil {
			return err
		}
		return s.done(map[string]string{"ended": c.Ref}, "%s is ended.", c.Ref)
	})
}

type accountDelegateCommand struct {
	From   string        `arg:"" help:"Whose roles."`
	To     string        `arg:"" help:"Who takes them."`
	Role   string        `placeholder:"ROLE" help:"One role. Without it: all that may be handed on."`
	Hours  time.Duration `name:"time" default:"12h" placeholder:"12h" help:"For how long, at most 24h."`
	Reason string        `placeholder:"TEXT" help:"Why; it stands in the audit."`
}

// Help is the example.
func (accountDelegateCommand) Help() string {
	return example("konbit account delegate ada.okello ben.moss --role duty --time 8h")
}

// Run hands roles on.
func (c accountDelegateCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		from, err := s.node.Accounts.Actor(ctx, c.From)
		if err != nil {
			return err
		}
		refs, err := s.node.Accounts.Delegate(ctx, from, accounts.Delegation{
			To: c.To, Role: access.Role(c.Role), Until: s.Now().Add(c.Hours), Reason: strings.TrimSpace("typed at the machine. " + c.Reason),
		})
		if err != nil {
			return err
		}
		return s.done(map[string]any{"grants": refs}, "%s has until %s: %s", accounts.Canonical(c.To), s.minute(s.Now().Add(c.Hours)), strings.Join(refs, " "))
	})
}

// one is the account that a command is about, and why.
type one struct {
	Name   string `arg:"" help:"The account."`
	Reason string `required:"" placeholder:"TEXT" help:"Why; it stands in the audit."`
}

type accountSuspendCommand struct{ one }

// Help is the example.
func (accountSuspendCommand) Help() string {
	return example(`konbit account suspend ada.okello --reason "telephone lost"`)
}

// Run suspends.
func (c accountSuspendCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		if err := s.node.Accounts.Suspend(ctx, s.who, c.Name, c.Reason); err != nil {
			return err
		}
		return s.done(map[string]string{"suspended": c.Name}, "%s cannot sign in, and its sessions are over.", c.Name)
	})
}

type accountResumeCommand struct{ one }

// Help is the example.
func (accountResumeCommand) Help() string {
	return example(`konbit account resume ada.okello --reason "telephone found"`)
}

// Run resumes.
func (c accountResumeCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		if err := s.node.Accounts.Resume(ctx, s.who, c.Name, c.Reason); err != nil {
			return err
		}
		return s.done(map[string]string{"resumed": c.Name}, "%s can sign in again.", c.Name)
	})
}

type accountRecoverCommand struct{ one }

// Help is the example.
func (accountRecoverCommand) Help() string {
	return example(`konbit account recover ada.okello --reason "lost the telephone, seen in person"`)
}

// Run recovers.
func (c accountRecoverCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		link, err := s.node.Accounts.Recover(ctx, s.who, c.Name, c.Reason)
		if err != nil {
			return err
		}
		return s.invited(accounts.Canonical(c.Name), link)
	})
}

type accountTokenCommand struct {
	Name string `arg:"" help:"The program's account."`
	Days int    `default:"90" placeholder:"N" help:"For how many days, at most 366."`
	End  string `placeholder:"ID" help:"End this token instead, as konbit account show --json lists it."`
}

// Help is the example.
func (accountTokenCommand) Help() string {
	return "The token is printed this once. The program sends it as Authorization: Bearer kbt_…\n\n" +
		example("konbit account token feed --days 30")
}

// Run makes or ends a token.
func (c accountTokenCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		if c.End != "" {
			if err := s.node.Accounts.EndToken(ctx, s.who, c.Name, c.End); err != nil {
				return err
			}
			return s.done(map[string]string{"ended": c.End}, "The token %s is ended.", c.End)
		}
		token, err := s.node.Accounts.NewToken(ctx, s.who, c.Name, s.Now().AddDate(0, 0, c.Days))
		if err != nil {
			return err
		}
		return s.done(map[string]string{"token": token}, "%s", token)
	})
}

type accountSessionsCommand struct {
	Name string `arg:"" help:"The account."`
	End  bool   `help:"End them all."`
}

// Help is the example.
func (accountSessionsCommand) Help() string {
	return example("konbit account sessions ada.okello --end")
}

// Run lists or ends sessions.
func (c accountSessionsCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		all, err := s.node.Accounts.Sessions(ctx, s.who, c.Name)
		if err != nil {
			return err
		}
		for i := range all {
			if c.End {
				err = errors.Join(err, s.node.Accounts.EndSession(ctx, s.who, c.Name, all[i].ID))
			}
		}
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]any{"sessions": all})
		}
		var rows [][]string
		for _, one := range all {
			rows = append(rows, []string{one.ID, one.How, one.From, s.minute(one.Started), s.minute(one.Seen)})
		}
		table(s.Stdout, s.heads("session", "how", "address", "from", "seen"), rows)
		return nil
	})
}

type accountReadByCommand struct {
	ofMission
	Ref string `arg:"" help:"The record: its ref, KIND/REF or MISSION/KIND/REF."`
}

// Help is the example.
func (accountReadByCommand) Help() string { return example("konbit account read-by person/p-017") }

// Run tells who read a record.
func (c accountReadByCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		key, err := s.find(ctx, c.Ref, c.Mission)
		if err != nil {
			return err
		}
		all, err := s.node.Accounts.WhoRead(ctx, s.who, key)
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]any{"readings": all})
		}
		var rows [][]string
		for _, r := range all {
			rows = append(rows, []string{s.minute(r.At), r.Who, r.Event, r.About.Kind + "/" + r.About.Ref, r.How})
		}
		table(s.Stdout, s.heads("when", "who", "event", "record", "how"), rows)
		return nil
	})
}
