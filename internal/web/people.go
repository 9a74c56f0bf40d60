package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

// peoplePage lists who may sign in.
type peoplePage struct {
	table     *table
	key       formKey
	grant     grantForm
	typed     url.Values
	why, hint string
}

// personPage is one account, as those see it who look after accounts.
type personPage struct {
	of        accounts.Account
	key       formKey
	self      bool
	grants    []grantLine
	grant     grantForm
	done      string
	why, hint string
	typed     url.Values
}

type grantLine struct {
	accounts.Given
	role, scope, when string
	over              bool
}

// grantForm is what there is to choose from.
type grantForm struct {
	roles    []option
	missions []option
	owners   []option
}

// linkPage shows the address of an invitation, this once.
type linkPage struct {
	name, address, lede, back string
	token                     bool // a program's token, not an address
}

func (s *site) people(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	if v.unset {
		return &page{goTo: "/setup"}, nil
	}
	return v.peoplePage(peoplePage{typed: url.Values{}}, 0)
}

func (v *visit) peoplePage(b peoplePage, status int) (*page, error) {
	all, err := v.Accounts.Accounts(v.r.Context(), v.who)
	if err != nil {
		return nil, err
	}
	b.key, b.grant, b.table = v.newKey(), v.grantForm(), v.peopleTable(all)
	data := []map[string]any{}
	for i := range all {
		a := &all[i]
		data = append(data, map[string]any{"name": a.Name, "type": string(a.Type), "state": string(a.State), "language": a.Language, "grants": grantData(a.Grants)})
	}
	return &page{status: status, title: v.t("people.list.title"), bare: true, secret: true, table: b.table, data: map[string]any{"people": data}, file: "people", body: v.peopleBody(b)}, nil
}

func (v *visit) peopleTable(all []accounts.Account) *table {
	t := &table{caption: v.t("people.list.title"), empty: v.t("people.list.none"), columns: []column{
		{id: "name", label: v.t("people.list.name"), main: true},
		{id: "roles", label: v.t("people.list.roles")},
		{id: "state", label: v.t("people.list.state")},
		{id: "until", label: v.t("people.grant.until")},
		{id: "signin", label: v.t("people.list.signin")},
	}}
	for i := range all {
		a := &all[i]
		var roles []string
		until := ""
		for _, g := range a.Grants {
			if g.Active(v.now) {
				roles = append(roles, v.grantWords(g.Grant))
				if !g.Until.IsZero() {
					until = v.moment(g.Until)
				}
			}
		}
		slices.Sort(roles)
		t.rows = append(t.rows, []cell{
			{text: a.Name, href: address("people", a.Name), note: a.Personal},
			{text: strings.Join(roles, "; ")},
			{text: v.stateWord(a.State), raw: string(a.State), badge: stateBadge(a.State)},
			{text: until},
			{text: v.ways(a)},
		})
	}
	return t
}

func (v *visit) stateWord(s accounts.State) string {
	return v.t("people.state." + strings.ToLower(string(s)))
}

func stateBadge(s accounts.State) string {
	switch s {
	case accounts.Active:
		return "live"
	case accounts.Suspended:
		return "struck"
	case accounts.Invited:
		return "unknown"
	}
	return "unknown"
}

// roles that somebody can be given, in the order of the house.
func grantable() []access.Role {
	return []access.Role{
		access.RoleDuty, access.RoleCommander, access.RoleOperations, access.RolePersonnel, access.RoleMedical, access.RoleFinance,
		access.RoleConduct, access.RoleWelfare, access.RoleSpokes, access.RoleCell, access.RoleMinistry, access.RoleNotifier,
		access.RoleMinistryFam, access.RoleFamily, access.RoleDonor, access.RoleHost, access.RoleAuditor, access.RoleAdmin, access.RoleProgram,
	}
}

func (v *visit) grantForm() grantForm {
	var f grantForm
	for _, r := range grantable() {
		f.roles = append(f.roles, option{string(r), v.roleWord(r)})
	}
	codes := []string{}
	for i := range v.Missions {
		m := &v.Missions[i]
		f.missions = append(f.missions, option{m.ID, v.in5(m.Title)})
		for _, code := range append(slices.Clone(m.Contributors), m.Host) {
			if code != "" && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	slices.SortFunc(codes, func(a, b string) int {
		return strings.Compare(fold(v.Words.Country(v.lang, a)), fold(v.Words.Country(v.lang, b)))
	})
	for _, code := range codes {
		f.owners = append(f.owners, option{code, v.Words.Country(v.lang, code)})
	}
	return f
}

// grantTyped reads a grant from a form; nil where no role was chosen.
func (v *visit) grantTyped(values url.Values) (*access.Grant, error) {
	g := access.Grant{
		Role: access.Role(values.Get("role")), Mission: values.Get("mission"), Owner: strings.ToUpper(strings.TrimSpace(values.Get("owner"))),
		Post: strings.TrimSpace(values.Get("post")), Person: strings.TrimSpace(values.Get("person")),
	}
	if g.Role == "" {
		return nil, nil
	}
	var err error
	if g.Until, err = v.dateTyped(strings.TrimSpace(values.Get("until"))); err != nil {
		return nil, err
	}
	from := strings.TrimSpace(values.Get("from"))
	g.From, err = v.dateTyped(from)
	if len(from) == len("2006-01-02") {
		g.From = g.From.AddDate(0, 0, -1) // from a day means from its beginning
	}
	return &g, err
}

func (s *site) invite(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	grant, err := v.grantTyped(values)
	if err != nil {
		return v.notInvited(values, err)
	}
	i := accounts.Invitation{
		Name: canonical(values.Get("name")), Personal: strings.TrimSpace(values.Get("called")), Language: values.Get("language"),
		Type: accounts.Type(values.Get("type")), Person: strings.TrimSpace(values.Get("record")), Reason: strings.TrimSpace(values.Get("e.reason") + values.Get("reason")),
	}
	if grant != nil {
		i.Grants = []access.Grant{*grant}
	}
	secret, err := v.Accounts.Invite(v.r.Context(), v.who, i)
	if err != nil {
		return v.notInvited(values, err)
	}
	if secret == "" {
		return &page{goTo: address("people", i.Name)}, nil
	}
	return v.handOver(i.Name, secret)
}

func (v *visit) notInvited(values url.Values, err error) (*page, error) {
	if fail.KindOf(err) == fail.Internal || v.format != asHTML {
		return nil, err
	}
	b := peoplePage{typed: values}
	b.why, b.hint = v.plainly(err)
	return v.peoplePage(b, http.StatusUnprocessableEntity)
}

// handOver shows the address of an invitation or a recovery, which is told once.
func (v *visit) handOver(name, secret string) (*page, error) {
	a, err := v.Accounts.Invitation(v.r.Context(), secret)
	if err != nil {
		return nil, err
	}
	b := linkPage{
		name: name, address: v.origin() + address("invitations", secret), back: address("people", name),
		lede: v.t("people.link.lede", "until", v.moment(a.Invited)),
	}
	return &page{title: v.t("people.link.title", "name", name), bare: true, secret: true, body: v.linkBody(b), data: map[string]any{"name": name, "address": b.address, "until": iso(a.Invited)}}, nil
}

func (s *site) person(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	return v.personPage(personPage{typed: url.Values{}}, 0)
}

func (v *visit) personPage(b personPage, status int) (p *page, err error) {
	if b.of, err = v.Accounts.Account(v.r.Context(), v.who, v.r.PathValue("name")); err != nil {
		return nil, err
	}
	b.key, b.grant, b.done = v.newKey(), v.grantForm(), v.doneWords()
	b.self = b.of.Name == v.who.Name
	for _, g := range b.of.Grants {
		line := grantLine{Given: g, role: v.roleWord(g.Role), scope: v.grantScope(g.Grant), when: v.until(g.Until), over: !g.Until.IsZero() && !g.Until.After(v.now)}
		if !g.From.IsZero() {
			line.when = v.moment(g.From) + " – " + line.when
		}
		b.grants = append(b.grants, line)
	}
	return &page{
		status: status, title: b.of.Name, bare: true, secret: true, body: v.personBody(b), table: v.grantTable(b.of.Grants, true), file: "roles",
		crumbs: []crumb{{v.t("people.list.title"), "/people"}},
		data:   map[string]any{"name": b.of.Name, "type": string(b.of.Type), "state": string(b.of.State), "grants": grantData(b.of.Grants)},
	}, nil
}

// theirs runs a change to another's account and comes back to it.
func (v *visit) theirs(done string, change func(name string, values url.Values) error) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	// A sheet calls it e.reason, a form of these pages reason.
	if values.Get("reason") == "" {
		values.Set("reason", values.Get("e.reason"))
	}
	name := v.r.PathValue("name")
	err = change(name, values)
	switch {
	case err == nil:
		return &page{goTo: link(address("people", name), "done", done)}, nil
	case fail.KindOf(err) == fail.Internal || fail.Is(err, fail.NotFound) || v.format != asHTML:
		return nil, err
	}
	b := personPage{typed: values}
	b.why, b.hint = v.plainly(err)
	return v.personPage(b, http.StatusUnprocessableEntity)
}

func (s *site) grant(v *visit) (*page, error) {
	return v.theirs("grant", func(name string, values url.Values) error {
		g, err := v.grantTyped(values)
		if err != nil {
			return err
		}
		if g == nil {
			return fail.New(fail.Invalid, v.t("people.error.role"), v.t("people.error.role.hint"))
		}
		_, err = v.Accounts.Grant(v.r.Context(), v.who, name, *g, strings.TrimSpace(values.Get("reason")))
		return err
	})
}

func (s *site) endGrant(v *visit) (*page, error) {
	return v.theirs("end", func(_ string, values url.Values) error {
		return v.Accounts.EndGrant(v.r.Context(), v.who, values.Get("grant"), strings.TrimSpace(values.Get("reason")))
	})
}

func (s *site) suspend(v *visit) (*page, error) {
	return v.theirs("suspend", func(name string, values url.Values) error {
		return v.Accounts.Suspend(v.r.Context(), v.who, name, strings.TrimSpace(values.Get("reason")))
	})
}

func (s *site) unsuspend(v *visit) (*page, error) {
	return v.theirs("resume", func(name string, values url.Values) error {
		return v.Accounts.Resume(v.r.Context(), v.who, name, strings.TrimSpace(values.Get("reason")))
	})
}

func (s *site) recovery(v *visit) (*page, error) {
	secret := ""
	p, err := v.theirs("", func(name string, values url.Values) (err error) {
		secret, err = v.Accounts.Recover(v.r.Context(), v.who, name, strings.TrimSpace(values.Get("reason")))
		return err
	})
	if err != nil || secret == "" {
		return p, err
	}
	return v.handOver(v.r.PathValue("name"), secret)
}

// newToken makes a program's token, which is shown this once.
func (s *site) newToken(v *visit) (*page, error) {
	secret := ""
	p, err := v.theirs("", func(name string, values url.Values) error {
		until, err := v.dateTyped(strings.TrimSpace(values.Get("until")))
		if err != nil {
			return err
		}
		secret, err = v.Accounts.NewToken(v.r.Context(), v.who, name, until)
		return err
	})
	if err != nil || secret == "" {
		return p, err
	}
	name := v.r.PathValue("name")
	b := linkPage{name: name, address: secret, back: address("people", name), lede: v.t("people.token.lede"), token: true}
	return &page{title: v.t("people.token.title", "name", name), bare: true, secret: true, body: v.linkBody(b), data: map[string]any{"name": name, "token": secret}}, nil
}

func (s *site) endToken(v *visit) (*page, error) {
	return v.theirs("token", func(name string, values url.Values) error {
		return v.Accounts.EndToken(v.r.Context(), v.who, name, values.Get("id"))
	})
}
