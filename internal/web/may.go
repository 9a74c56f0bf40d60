package web

import "konbit.org/konbit/internal/access"

// may reports whether the visitor may do something with records of a kind of the
// mission in hand; "" means with the mission as such. It is for what a page
// offers: what is asked for is decided again, by what the record is.
func (v *visit) may(a access.Action, kindID string) bool {
	r := access.Resource{Kind: kindID}
	if v.mission != nil {
		r.Mission = v.mission.ID
	}
	if kindID != "" {
		return v.Guard.MayAny(v.who, a, r.Mission, kindID)
	}
	return v.Guard.May(v.who, a, r)
}

func (v *visit) mayWrite(kindID string) bool { return v.may(access.Write, kindID) }

// actorWord says as whom the visitor looks, in the words of the catalogue.
func (v *visit) actorWord() string {
	if v.who.IsLocal() {
		return "local"
	}
	return "public"
}
