package app

import (
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/mandate"
	"konbit.org/konbit/internal/money"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/sitrep"
	"konbit.org/konbit/internal/strength"
)

// rules are what the domains demand of drafts beyond what their kinds say.
func (n *Node) rules() []desk.Rule {
	all := strength.Rules(n.Figures.Engine)
	all = append(all, casualty.Rules(n.Guard, n.registry.terms)...)
	all = append(all, money.Rules()...)
	all = append(all, mandate.Rules()...)
	all = append(all, accounts.Rules()...)
	all = append(all, operations.Rules()...)
	all = append(all, custody.Rules()...)
	all = append(all, sitrep.Rules()...)
	return append(all, claim.Rules()...)
}
