package access

import (
	"slices"

	"github.com/cedar-policy/cedar-go"
)

// request is one grant asking for one thing, as Cedar takes it.
type request struct {
	grant    Grant
	action   Action
	resource *Resource
	domain   string
}

func (g *Guard) request(grant Grant, a Action, r *Resource) request {
	q := request{grant: grant, action: a, resource: r}
	if k, ok := g.kinds.Kind(r.Mission, r.Kind); ok && k != nil {
		q.domain = k.Domain
	}
	return q
}

// What stands for no owner or person of a grant, and for an owner or record that
// no rule and no grant names. They are unlike, so that nobody is the owner of
// what has none.
const (
	nobody  = "nobody"
	another = "another"
	nowhere = "nowhere" // the post of a record that is about none
)

// attributes are what a policy may ask of a principal or a resource.
func attributes(of string) []string {
	if of == "principal" {
		return []string{"role", "mission", "owner", "post", "person"}
	}
	return []string{"mission", "kind", "domain", "owner", "marking", "ref", "post", "held", "field", "personal"}
}

// class makes of a resource what decides: an owner or a ref that neither a rule
// nor a grant names is like any other.
func (b *rulebook) class(grants []Grant, r *Resource) Resource {
	c := *r
	named := func(text string, of func(Grant) string) bool {
		return b.literals[text] || slices.ContainsFunc(grants, func(g Grant) bool { return of(g) == text })
	}
	if !named(c.Owner, func(g Grant) string { return g.Owner }) {
		c.Owner = ""
	}
	if !named(c.Ref, func(g Grant) string { return g.Person }) {
		c.Ref = ""
	}
	if c.Post != "" && !named(c.Post, func(g Grant) string { return g.Post }) {
		c.Post = another
	}
	return c
}

// decide works a request out. A field is read by who may read the record and
// what is marked like the field; personal ones have rules of their own.
func (b *rulebook) decide(q request) Decision {
	d := b.ask(q, q.resource.Marking)
	if m := q.resource.FieldMarking; d.Allowed && m != "" && m != q.resource.Marking {
		return b.ask(q, m)
	}
	return d
}

func (b *rulebook) ask(q request, marking string) Decision {
	principal := cedar.NewEntityUID("Person", cedar.String(q.grant.Role))
	action := cedar.NewEntityUID("Action", cedar.String(q.action))
	resource := cedar.NewEntityUID("Record", "record")
	entities := cedar.EntityMap{
		principal: {UID: principal, Parents: parents("Role", q.grant.Role, b.groups.Roles), Attributes: q.principal()},
		action:    {UID: action, Parents: parents("Action", q.action, b.groups.Actions)},
		resource:  {UID: resource, Attributes: q.record(marking)},
	}
	verdict, why := cedar.Authorize(b, entities, cedar.Request{Principal: principal, Action: action, Resource: resource})
	d := Decision{Allowed: verdict == cedar.Allow && len(why.Errors) == 0}
	for _, reason := range why.Reasons {
		i := slices.IndexFunc(b.rules, func(r rule) bool { return r.ID == string(reason.PolicyID) })
		d.Rules = append(d.Rules, b.rules[i].Rule)
	}
	return d
}

func (q request) principal() cedar.Record {
	return cedar.NewRecord(cedar.RecordMap{
		"role": cedar.String(q.grant.Role), "mission": or(q.grant.Mission, q.resource.Mission),
		"owner": or(q.grant.Owner, nobody), "post": or(q.grant.Post, nobody), "person": or(q.grant.Person, nobody),
	})
}

func (q request) record(marking string) cedar.Record {
	r := q.resource
	return cedar.NewRecord(cedar.RecordMap{
		"mission": cedar.String(r.Mission), "kind": cedar.String(r.Kind), "domain": cedar.String(q.domain),
		"owner": or(r.Owner, another), "ref": or(r.Ref, another), "post": or(r.Post, nowhere), "marking": cedar.String(marking),
		"held": cedar.Boolean(r.Held), "field": cedar.String(r.Field), "personal": cedar.Boolean(r.Personal),
	})
}

func or(text, instead string) cedar.String {
	if text == "" {
		return cedar.String(instead)
	}
	return cedar.String(text)
}

// parents are the role or action itself and the groups it belongs to.
func parents[T ~string](of string, one T, all map[string][]T) cedar.EntityUIDSet {
	uids := []cedar.EntityUID{cedar.NewEntityUID(cedar.EntityType(of), cedar.String(one))}
	for name, members := range all {
		if slices.Contains(members, one) {
			uids = append(uids, cedar.NewEntityUID(cedar.EntityType(of), cedar.String(name)))
		}
	}
	return cedar.NewEntityUIDSet(uids...)
}
