package web

import (
	"strconv"

	"konbit.org/konbit/internal/chart"
)

func number(n int) string { return strconv.Itoa(n) }

// clockLine says how long the mandate lasts, or that it ended.
func (v *visit) clockLine(c *mandateClock) string {
	switch {
	case c.open:
		return v.t("web.mandate.open")
	case c.ended:
		return v.n("web.mandate.ended", c.days)
	}
	return v.n("web.mandate.left", c.days)
}

func (v *visit) forceLine(c *mandateClock) string {
	if c.open {
		return v.t("web.mandate.since", "from", c.from)
	}
	return v.t("web.mandate.force", "from", c.from, "until", c.until)
}

// partBar is a bar in proportion to the largest part.
func (v *visit) partBar(p part, all []part) string {
	most := p.amount
	for _, other := range all {
		most = max(most, other.amount)
	}
	return chart.Bar(p.amount.Float(), most.Float())
}
