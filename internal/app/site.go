package app

import (
	"crypto/rand"
	"net/http"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/web"
)

// Site is the node's pages. publicOnly makes every visitor the public. change, if
// any, has the last word on what they stand on.
func (n *Node) Site(publicOnly bool, change ...func(*web.Options)) (http.Handler, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fail.Wrap(fail.Internal, err, "make a secret for the forms", "")
	}
	o := web.Options{
		Reader: n.Door, Lister: n.Door, Changer: n.Door, Figures: n.Figures, Claims: n.Claims, Desk: n.Desk, Guard: n.Guard,
		Words: n.Words, Now: n.config.Now, Log: n.config.Log, PublicOnly: publicOnly, Secret: secret,
	}
	for _, m := range n.Missions() {
		o.Missions = append(o.Missions, web.Mission{Mission: m.Mission, Kinds: m.Kinds, Measures: m.Measures})
	}
	for _, fn := range change {
		fn(&o)
	}
	return web.New(o)
}
