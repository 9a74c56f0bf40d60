package live

import (
	"context"
	"log/slog"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// again is how often the hub looks whether the gate has opened over something.
const again = 10 * time.Second

// look finds what the gate has opened, if anybody looks on. Where nobody does, the
// next who comes asks.
func (h *Hub) look(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all > 0 {
		h.expect(ctx)
	}
}

// expect puts what the gate has opened behind what was committed: it is told as that
// is.
func (h *Hub) expect(ctx context.Context) {
	opened := h.opened(ctx)
	if len(opened) == 0 {
		return
	}
	h.quick.Lock()
	at := h.next()
	for i := range opened {
		opened[i].at = at
	}
	h.pending = append(h.pending, opened...)
	h.quick.Unlock()
	h.rouse()
}

// opened are the statements on records that the kin gate held when this was last
// asked and holds no longer. Mostly nothing was said of them just now: time alone
// opens it, when the family has been told and the hold is over.
func (h *Hub) opened(ctx context.Context) (out []said) {
	if h.Gate == nil {
		return nil
	}
	for _, mission := range h.Missions {
		was, now := h.closed[mission], h.Gate(mission)
		h.closed[mission] = now
		if len(was) == 0 || len(now) > 0 && &was[0] == &now[0] {
			continue // a gate gives the same list as long as nothing has changed
		}
		still := map[record.Key]bool{}
		for i := range now {
			still[keyOf(&now[i])] = true
		}
		for i := range was {
			if key := keyOf(&was[i]); !still[key] {
				out = append(out, h.saidSince(ctx, key, was[i].Since)...)
				still[key] = true // once, also where several files held it
			}
		}
	}
	return out
}

// saidSince are the statements on a record from a time on.
func (h *Hub) saidSince(ctx context.Context, key record.Key, since time.Time) (out []said) {
	history, err := h.Records.History(ctx, key, record.AsOf{})
	if err != nil {
		if ctx.Err() == nil {
			h.Log.ErrorContext(ctx, "what the gate has opened was not told", slog.String("kind", key.Kind), slog.Any("error", err))
		}
		return nil
	}
	for i := range history.Steps {
		if s := &history.Steps[i]; !s.KnownFrom.Before(since) {
			out = append(out, said{key: key, id: s.Entry.ID})
		}
	}
	return out
}

func keyOf(hold *access.Hold) record.Key {
	return record.Key{Mission: hold.Mission, Kind: hold.Kind, Ref: hold.Ref}
}
