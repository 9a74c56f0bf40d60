package app

import (
	"net/http"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/web"
)

// SiteOptions say for whom a node's pages are.
type SiteOptions struct {
	PublicOnly bool       // make every visitor the public
	SetupCode  string     // lets somebody elsewhere make the first account; "" nobody
	Limits     web.Limits // how often who may ask; the zero value: no limit
	Components bool       // with the page of parts, for who builds pages
}

// Site is the node's pages. change, if any, has the last word on what they stand
// on.
func (n *Node) Site(s SiteOptions, change ...func(*web.Options)) (http.Handler, error) {
	secret := n.Keys.Secret("forms")
	if secret == nil {
		return nil, fail.New(fail.Internal, "the keys are closed", "")
	}
	o := web.Options{
		Reader: n.Door, Lister: n.Door, Changer: n.Door, Figures: n.Figures, Claims: n.Claims, Desk: n.Desk, Guard: n.Guard, Cell: n.Cell, Room: n.Room(), Reports: n.Reports(), Headquarters: n.headquartersOf,
		Words: n.Words, Now: n.config.Now, Log: n.config.Log, PublicOnly: s.PublicOnly, SetupCode: s.SetupCode, Limits: s.Limits, Components: s.Components, Secret: secret, Layer: n.Layer,
	}
	if n.Desk != nil { // who may sign in is written
		o.Accounts, o.Live = n.Accounts, n.Live
	}
	for _, m := range n.Missions() {
		o.Missions = append(o.Missions, web.Mission{Mission: m.Mission, Kinds: m.Kinds, Measures: m.Measures})
	}
	for _, fn := range change {
		fn(&o)
	}
	return web.New(o)
}
