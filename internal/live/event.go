package live

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// change is what was said of one record, oldest first.
type change struct {
	key record.Key
	ids []journal.ID
	at  []int64
}

// gather puts together what was said of the same record.
func gather(batch []said) (out []change) {
	places := map[record.Key]int{}
	for _, s := range batch {
		i, ok := places[s.key]
		if !ok {
			i = len(out)
			places[s.key] = i
			out = append(out, change{key: s.key})
		}
		out[i].ids = append(out[i].ids, s.id)
		out[i].at = append(out[i].at, s.at)
	}
	return out
}

// Change is a record as it stands to a reader who hears that it changed.
type Change struct {
	record.Version
	at int64
}

// When is when this node wrote the change down.
func (c *Change) When() time.Time { return time.UnixMicro(c.at).UTC() }

// hears gives of some changes those that a reader hears of.
func (h *Hub) hears(of access.Standing, r Reader, changes []change, read func(record.Key) *record.History) (out []Change) {
	hearing := h.Door.Hearing(of)
	for i := range changes {
		c := &changes[i]
		if c.key.Mission != r.Mission || !r.wanted(c.key.Kind) {
			continue
		}
		history := read(c.key)
		if history == nil {
			continue
		}
		if v, last, ok := hearing.Heard(history, c.ids); ok {
			out = append(out, Change{v, c.at[last]})
		}
	}
	return out
}

// event is a change as it is sent.
type event struct {
	Kind   string            `json:"kind"`
	Ref    string            `json:"ref"`
	Known  string            `json:"known"`
	State  string            `json:"state,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// Data is a change as it is sent, for JSON.
func (c *Change) Data(short bool) any {
	e := event{Kind: c.Kind, Ref: c.Ref, Known: c.KnownFrom.Format(time.RFC3339)}
	switch c.State {
	case record.Struck:
		e.State = "struck"
	case record.Withdrawn:
		e.State = "withdrawn"
	case record.Live:
	}
	if !short && len(c.Fields) > 0 {
		e.Fields = make(map[string]string, len(c.Fields))
		for id, value := range c.Fields {
			e.Fields[id] = value.Text
		}
	}
	return e
}

// chunk writes changes as events; nil for none. A mark stands at the last one of a
// commit: who was cut off in between gets all of them again. It is the time of
// what was heard, so that it tells of nothing else.
func (h *Hub) chunk(all []Change, short bool) []byte {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(a.at, b.at) })
	var b bytes.Buffer
	for i := range all {
		mark := ""
		if i == len(all)-1 || all[i+1].at > all[i].at {
			mark = h.mark(all[i].at)
		}
		write(&b, "change", mark, all[i].Data(short))
	}
	return b.Bytes()
}

func (h *Hub) reload(at int64) []byte {
	var b bytes.Buffer
	write(&b, "reload", h.mark(at), struct{}{})
	return b.Bytes()
}

// write adds one event of the stream. JSON has no line breaks, so data is a line.
func write(b *bytes.Buffer, name, mark string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		text = []byte("{}") // texts and numbers alone are given: it does not happen
	}
	b.WriteString("event: " + name + "\n")
	if mark != "" {
		b.WriteString("id: " + mark + "\n")
	}
	b.WriteString("data: ")
	b.Write(text)
	b.WriteString("\n\n")
}

// mark is what a reader comes back with.
func (h *Hub) mark(at int64) string { return h.boot + "-" + strconv.FormatInt(at, 10) }

// ParseMark reads a mark: the process that made it, and its time.
func ParseMark(mark string) (boot string, at int64, ok bool) {
	boot, text, ok := strings.Cut(mark, "-")
	if !ok || boot == "" || len(text) > 19 || strings.TrimLeft(text, "0123456789") != "" {
		return "", 0, false
	}
	at, err := strconv.ParseInt(text, 10, 64)
	return boot, at, err == nil && at > 0
}

// remember keeps what was said for those who come back.
func (h *Hub) remember(batch []said) {
	h.past = append(h.past, batch...)
	h.forget(batch[len(batch)-1].at)
}

// forget lets go of what is too old. How far back it reaches depends on the time,
// not on how much was said, as far as there is room: otherwise it would tell
// readers of what they may not know.
func (h *Hub) forget(now int64) {
	h.floor = max(h.floor, now-h.Limits.Keep.Microseconds())
	if over := len(h.past) - mostKept; over > 0 {
		h.floor = max(h.floor, h.past[over-1].at)
	}
	first, _ := slices.BinarySearchFunc(h.past, h.floor+1, func(s said, at int64) int { return int(min(1, max(-1, s.at-at))) })
	h.past = slices.Delete(h.past, 0, first)
}
