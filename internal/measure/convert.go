package measure

import (
	"context"
	"math/big"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The kind of a rate and its fields: one of base is rate of quote.
const (
	rateKind  = "rate"
	rateBase  = "base"
	rateQuote = "quote"
	rateField = "rate"
)

// quoted is a dated, sourced rate.
type quoted struct {
	factor *big.Rat // what one of the currency asked from is in that asked for
	text   string
	base   string
	quote  string
	lo     int64
	known  int64
	ref    string
	source string
	// unlisted says that neither its record nor its source may be named.
	unlisted bool
}

// convert adds up the totals in one currency. Without a rate for each of them
// there is no total: a rate is never guessed.
func (e *Engine) convert(ctx context.Context, p *plan, f *Figure) error {
	if p.d.Apart != "currency" {
		return fail.Newf(fail.Invalid, "ask without a currency", "measure %s is not money", p.d.ID)
	}
	result := Total{Apart: p.query.In}
	exact := new(big.Rat)
	missed := len(f.Totals) == 0
	for _, t := range f.Totals {
		result.Records += t.Records
		amount := big.NewRat(int64(t.Value), int64(One))
		if t.Apart == p.query.In {
			exact.Add(exact, amount)
			continue
		}
		q, err := e.rate(ctx, p, t.Apart)
		if err != nil {
			return err
		}
		if q == nil {
			missed = true
			f.Notes = append(f.Notes, Note{NoRate, map[string]string{"from": t.Apart, "to": p.query.In}})
			continue
		}
		exact.Add(exact, amount.Mul(amount, q.factor))
		if q.unlisted {
			q.ref, q.source = "", ""
		}
		f.Notes = append(f.Notes, Note{Converted, map[string]string{
			"from": t.Apart, "to": p.query.In, "base": q.base, "quote": q.quote, "rate": q.text,
			"at": time.UnixMilli(q.lo).In(p.mission.Zone).Format(time.DateOnly), "record": q.ref, "source": q.source,
		}})
	}
	if missed {
		return nil
	}
	value, err := ParseAmount(exact.FloatString(digits))
	if err != nil {
		return err
	}
	result.Value = value
	f.Converted = &result
	return nil
}

// rate finds the newest rate between a currency and the one asked for that was
// dated by the asked date and known by the asked knowledge.
func (e *Engine) rate(ctx context.Context, p *plan, from string) (*quoted, error) {
	if _, ok := p.mission.Kinds.Get(rateKind); !ok {
		return nil, nil
	}
	rates := *p
	rates.d = &Definition{ID: rateKind, How: Level, Terms: []Term{{Kind: rateKind, Sign: 1}}}
	rates.query.By, rates.query.Where, rates.splitOn, rates.start = nil, nil, false, never
	search := &rateSearch{from: from, to: p.query.In}
	err := e.each(ctx, &rates, func(s *scan) { s.run(search) })
	return search.best, err
}

type rateSearch struct {
	from, to string
	best     *quoted
}

func (r *rateSearch) guess(*scan, guess) {}

func (r *rateSearch) hit(s *scan, h hit) {
	text := func(f string) string { return s.t.words[f].texts[s.t.words[f].at(h.row)] }
	q := quoted{
		base: text(rateBase), quote: text(rateQuote), text: text(rateField), source: text(record.FieldSource),
		lo: s.t.lo[h.row], known: s.t.knownFrom[h.row], ref: s.t.refs[h.row], unlisted: !s.listed(h.row),
	}
	rate, ok := new(big.Rat).SetString(q.text)
	if !ok || rate.Sign() <= 0 {
		return
	}
	switch {
	case q.base == r.from && q.quote == r.to:
		q.factor = rate
	case q.base == r.to && q.quote == r.from:
		q.factor = new(big.Rat).Inv(rate)
	default:
		return
	}
	if r.best == nil || q.newer(r.best) {
		r.best = &q
	}
}

func (q *quoted) newer(o *quoted) bool {
	switch {
	case q.lo != o.lo:
		return q.lo > o.lo
	case q.known != o.known:
		return q.known > o.known
	}
	return q.ref > o.ref
}
