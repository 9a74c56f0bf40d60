package web

import (
	"net/url"
)

// again goes back to a record of the room, or where what was sent is refused, shows
// its page once more: the form on it as it was typed, with what is wrong.
func (v *visit) again(err error, kindID string, shown func(*visit) (*page, error), to ...string) (*page, error) {
	problems, refused := refusals(err)
	if !refused || len(problems) == 0 {
		return v.backTo(err, to...)
	}
	v.faults = problems
	p, wrong := shown(v)
	if wrong != nil {
		return v.backTo(err, to...)
	}
	v.refuse(p, problems, v.wrong(kindID)...)
	return p, nil
}

// typedOr are the values that a form on the page of a record begins with: what was
// typed where it was refused, else the usual ones.
func (v *visit) typedOr(usual url.Values) url.Values {
	if v.faults != nil {
		return v.sent
	}
	return usual
}

// wrong says in words what was refused of a form for records of a kind.
func (v *visit) wrong(kindID string) []formProblem {
	k, ok := v.mission.Kinds.Get(kindID)
	if !ok || v.faults == nil {
		return nil
	}
	return v.formProblems(k, v.faults)
}

// stepText is what was typed with a word of a patrol that was refused.
func (v *visit) stepText(step string) string {
	if v.faults == nil || v.sent.Get("step") != step {
		return ""
	}
	return v.sent.Get("f.text")
}
