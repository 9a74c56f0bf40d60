package access_test

import (
	"testing"

	"konbit.org/konbit/internal/access"
)

func TestARoleForOnePostKeepsRecordsOfThatPostAlone(t *testing.T) {
	g := newGuard(t, planned{houseKinds(t)}, nil)
	personnel := func(post string) access.Actor {
		return access.Actor{Name: "p", Grants: []access.Grant{{Role: access.RolePersonnel, Post: post}}}
	}
	of := func(post string) access.Resource {
		return access.Resource{Mission: "m", Kind: "person", Marking: "owner", Owner: "AAA", Post: post}
	}
	for name, tc := range map[string]struct {
		who  access.Actor
		do   access.Action
		what access.Resource
		want bool
	}{
		"its own post":                    {personnel("fob-1"), access.Write, of("fob-1"), true},
		"another post":                    {personnel("fob-1"), access.Write, of("fob-2"), false},
		"a sheet of another post":         {personnel("fob-1"), access.Import, of("fob-2"), false},
		"what is about no post":           {personnel("fob-1"), access.Write, of(""), true},
		"any post without such a limit":   {personnel(""), access.Write, of("fob-2"), true},
		"reading is not limited by it":    {personnel("fob-1"), access.Read, of("fob-2"), true},
		"a post called like none of them": {personnel("fob-1"), access.Write, of("nobody"), false},
	} {
		if got := g.May(tc.who, tc.do, tc.what); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}
