package cli

import (
	"context"
	"fmt"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

type accessCommand struct {
	Explain accessExplain `cmd:"" help:"Say whether somebody may do something with a record, and which rule decides."`
	Roles   accessRoles   `cmd:"" help:"List the roles that may be granted."`
}

type accessExplain struct {
	ofMission
	Actor  string `arg:"" help:"Who: a role as duty, ministry:CAN or family:per-0001, several as duty+finance, or the name of an account."`
	Action string `arg:"" help:"What: read, count, count-large, write, retract, withdraw, import, export, erase, notify, declare, name, minimise, see-reason, account, delegate, audit or revoke."`
	Ref    string `arg:"" help:"With what: a ref, KIND/REF, a kind, or a class as casualty:owner=CAN,marking=cell,held."`
	Field  string `placeholder:"FIELD" help:"A field of it."`
	At     string `placeholder:"T" help:"The record as it was known then. The gate decides as it is now."`
}

// Help is the example.
func (accessExplain) Help() string {
	return "The answer names the rules that permit it, or that forbid what another one permits, with the file and line " +
		"they stand in. What no rule permits is forbidden.\n\n" +
		example("konbit access explain ministry:CAN read casualty:owner=CAN,marking=cell,held",
			"konbit access explain public count movement --json")
}

// Run asks the guard.
func (c accessExplain) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		who, err := s.actor(ctx, c.Actor)
		if err != nil {
			return err
		}
		a, err := action(c.Action)
		if err != nil {
			return err
		}
		r, err := s.resource(ctx, c.Ref, c.At)
		if err != nil {
			return err
		}
		if err := s.field(&r, c.Field); err != nil {
			return err
		}
		d := s.node.Guard.Explain(who, a, r)
		if s.JSON {
			return s.json(explained(c, d, r))
		}
		s.tellDecision(c, d, r)
		return nil
	})
}

func action(text string) (access.Action, error) {
	var all []string
	for _, a := range access.Actions() {
		if string(a) == text {
			return a, nil
		}
		all = append(all, string(a))
	}
	return "", fail.Newf(fail.Invalid, "one of "+strings.Join(all, ", "), "%q is no action", text)
}

// resource reads a class, or finds the record that is meant.
func (s *session) resource(ctx context.Context, text, at string) (access.Resource, error) {
	kindID, _, class := strings.Cut(text, ":")
	if _, ok := s.mission.Kinds.Get(kindID); ok && (class || kindID == text) {
		return access.ParseResource(s.mission.ID, text)
	}
	key, err := s.find(ctx, text, "")
	if err != nil {
		return access.Resource{}, err
	}
	when, err := s.dates("", at, "")
	if err != nil {
		return access.Resource{}, err
	}
	v, err := s.node.Door.Record(ctx, s.who, key, record.AsOf{Known: when.known})
	if err != nil {
		return access.Resource{}, err
	}
	r := s.node.Guard.ResourceOf(&v)
	for _, h := range s.node.Guard.Closed(key.Mission) {
		r.Held = r.Held || h.Kind == key.Kind && h.Ref == key.Ref
	}
	return r, nil
}

func (s *session) field(r *access.Resource, name string) error {
	if name == "" {
		return nil
	}
	m, err := s.node.Mission(r.Mission)
	if err != nil {
		return err
	}
	k, ok := m.Kinds.Get(r.Kind)
	if !ok {
		return fail.Newf(fail.NotFound, "konbit kinds lists them", "no kind %q", r.Kind)
	}
	f, ok := k.Field(name)
	if !ok {
		return fail.Newf(fail.NotFound, "konbit kinds "+r.Kind+" lists its fields", "%s has no field %q", r.Kind, name)
	}
	r.Field, r.FieldMarking, r.Personal, r.Secret = f.ID, f.Marking, f.Personal, f.Secret
	return nil
}

type ruleData struct {
	ID   string `json:"id"`
	Says string `json:"says"`
	File string `json:"file"`
}

func explained(c accessExplain, d access.Decision, r access.Resource) any {
	rules := []ruleData{}
	for _, rule := range d.Rules {
		rules = append(rules, ruleData{ID: rule.ID, Says: rule.Says, File: rule.File})
	}
	return map[string]any{
		"actor": c.Actor, "action": c.Action, "allowed": d.Allowed, "role": d.Role, "rules": rules,
		"resource": map[string]any{
			"mission": r.Mission, "kind": r.Kind, "ref": r.Ref, "owner": r.Owner, "marking": r.Marking, "held": r.Held, "field": r.Field,
		},
	}
}

func (s *session) tellDecision(c accessExplain, d access.Decision, r access.Resource) {
	key := "access.denied"
	if d.Allowed {
		key = "access.allowed"
	}
	fmt.Fprintf(s.Stdout, "%s: %s %s %s (%s)\n", s.t(key), c.Actor, c.Action, c.Ref, classWords(r))
	if len(d.Rules) == 0 {
		fmt.Fprintf(s.Stdout, "  %s\n", s.t("access.no-rule"))
	}
	for _, rule := range d.Rules {
		says := rule.Says
		if key := "access.rule." + rule.ID; s.node.Words.Has(key) {
			says = s.t(key)
		}
		fmt.Fprintf(s.Stdout, "  %s  %s  (%s)\n", rule.ID, says, rule.File)
	}
}

func classWords(r access.Resource) string {
	out := "marking " + r.Marking + ", owner " + r.Owner
	if r.Held {
		out += ", held"
	}
	if r.Field != "" {
		out += ", field " + r.Field
	}
	return out
}

type accessRoles struct {
	ofMission
}

// Help is the example.
func (accessRoles) Help() string { return example("konbit access roles --lang fr") }

// Run lists the roles.
func (c accessRoles) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		type one struct {
			Role  access.Role  `json:"role"`
			Label string       `json:"label"`
			Scope access.Scope `json:"scope"`
		}
		all := []one{}
		var rows [][]string
		for _, role := range s.node.Guard.Roles(s.mission.ID) {
			label := string(role)
			if key := "access.role." + string(role); s.node.Words.Has(key) {
				label = s.t(key)
			}
			all = append(all, one{role, label, access.ScopeOf(role)})
			rows = append(rows, []string{string(role), label, string(access.ScopeOf(role))})
		}
		if s.JSON {
			return s.json(map[string]any{"roles": all})
		}
		table(s.Stdout, []column{{head: s.t("access.head.role")}, {head: s.t("access.head.label")}, {head: s.t("access.head.scope")}}, rows)
		return nil
	})
}

// actor reads who somebody is: a role, or the name of an account.
func (s *session) actor(ctx context.Context, text string) (access.Actor, error) {
	who, ok, err := s.node.Guard.ParseActor(s.mission.ID, text)
	if ok || err != nil {
		return who, err
	}
	return s.node.Actor(ctx, text)
}
