package app

import (
	"context"
	"errors"
	"io/fs"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// DemoPassword is that of every account of a demo. It protects nothing: the
// folder is thrown away, its people are fictional, and everybody may know it.
const DemoPassword = "lamp river field song"

// peopleFile names the fictional accounts of a sample mission.
const peopleFile = "accounts.yaml"

// DemoAccount is an account of a sample mission.
type DemoAccount struct {
	Name     string      `yaml:"name"`
	Called   string      `yaml:"called"`
	Role     access.Role `yaml:"role"`
	Owner    string      `yaml:"owner,omitempty"`    // alpha-3
	Person   string      `yaml:"person,omitempty"`   // ref, for family
	Language string      `yaml:"language,omitempty"` // "" means en
	Sees     kind.Words  `yaml:"sees"`               // what to look at when signed in
}

// DemoPeople makes the fictional accounts that a sample mission names, of the
// node's own mission. A folder that is no demo is refused with [fail.Denied]; one
// that has accounts, with [fail.Conflict]. A mission without the file has none.
func (n *Node) DemoPeople(ctx context.Context, folder fs.FS) ([]DemoAccount, error) {
	if !n.demo() {
		return nil, fail.New(fail.Denied, "fictional accounts are for demos only", "konbit account invite NAME")
	}
	raw, err := fs.ReadFile(folder, peopleFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail.Wrap(fail.NotFound, err, "read "+peopleFile, "")
	}
	var all []DemoAccount
	if err := yaml.Load(raw, &all, yaml.WithKnownFields()); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read "+peopleFile, "mend the named line")
	}
	if len(all) == 0 || all[0].Role != access.RoleAdmin {
		return nil, fail.New(fail.Invalid, peopleFile+" does not begin with an account of role admin", "it is who invites the others")
	}
	return all, n.demoPeople(ctx, all)
}

// demoPeople signs the first account in to make it, and lets it invite the others.
func (n *Node) demoPeople(ctx context.Context, all []DemoAccount) error {
	chosen := accounts.Credentials{Password: DemoPassword}
	s, err := n.Accounts.Setup(ctx, all[0].invitation(n.Missions()[0].ID), chosen, "")
	if err != nil {
		return err
	}
	_, admin, err := n.Accounts.Session(ctx, s.Token)
	if err != nil {
		return err
	}
	for _, a := range all[1:] {
		secret, err := n.Accounts.Invite(ctx, admin, a.invitation(n.Missions()[0].ID))
		if err != nil {
			return err
		}
		if err := n.Accounts.Accept(ctx, secret, chosen); err != nil {
			return err
		}
	}
	return n.Accounts.SignOut(ctx, s.Token)
}

func (a DemoAccount) invitation(mission string) accounts.Invitation {
	i := accounts.Invitation{Name: a.Name, Personal: a.Called, Language: a.Language, Reason: "sample"}
	if a.Role != access.RoleAdmin { // set-up gives that one itself
		i.Grants = []access.Grant{{Role: a.Role, Mission: mission, Owner: a.Owner, Person: a.Person}}
	}
	return i
}
