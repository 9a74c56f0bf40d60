package record

import (
	"slices"
	"strconv"
	"sync"
)

// countsKept bounds how many counts are remembered; each is some hundred bytes.
const countsKept = 1024

// counted remembers what the index counted, until a commit touches the kind: a
// list says on every page how many there are, and they are the same people who
// ask the same lists.
type counted struct {
	mu    sync.Mutex
	turns map[shelf]uint64 // commits that touched a shelf; under kind "" all of a mission
	known map[string]countOf
}

type countOf struct {
	turn uint64
	Total
}

// touched is told of a commit once the index has it.
func (c *counted) touched(changed []Changed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turns == nil {
		c.turns = map[shelf]uint64{}
	}
	for _, ch := range changed {
		c.turns[shelf{ch.Mission, ch.Kind}]++
		c.turns[shelf{ch.Mission, ""}]++
	}
}

// forget drops all counts: the store is made again.
func (c *counted) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}

// turn is the state that a count is of; it is asked for before counting.
func (c *counted) turn(mission, kind string) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.turns[shelf{mission, kind}]
}

func (c *counted) get(key string, turn uint64) (Total, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[key]
	return k.Total, ok && k.turn == turn
}

func (c *counted) put(key string, turn uint64, n Total) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= countsKept {
		c.known = map[string]countOf{}
	}
	c.known[key] = countOf{turn, n}
}

// walkKey is all that a walk over several kinds depends on but the entries; "" where
// it cannot be told what the reader may see.
func walkKey(l *listing) string {
	if l.Sight.Serial == 0 {
		return ""
	}
	key := strconv.AppendUint([]byte(l.Mission+"\x00"+l.Kind+"\x00walked"), l.Sight.Serial, 36)
	for _, word := range l.words {
		key = append(append(key, 0), word...)
	}
	return string(strconv.AppendBool(append(key, 0), l.prefix))
}

// countKey is all that a count in the index depends on but the entries.
func countKey(l *listing, expression string, without []int64) string {
	slices.Sort(without)
	key := []byte(l.Mission + "\x00" + l.Kind + "\x00" + expression)
	for _, id := range without {
		key = strconv.AppendInt(append(key, 0), id, 36)
	}
	return string(key)
}
