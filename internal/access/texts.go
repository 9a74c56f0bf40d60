package access

import "sync"

const (
	// longText is from how many bytes on it costs less to look a text up than to
	// look through it.
	longText = 64
	// textsKept is how many bytes of texts a generation holds.
	textsKept = 512 << 10
)

// texts is a set of texts, those that were added last. It holds at most two
// generations. It is safe for concurrent use.
type texts struct {
	mu         sync.RWMutex
	young, old map[string]struct{}
	size       int // bytes of the young
}

func (t *texts) has(text string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, young := t.young[text]
	if young {
		return true
	}
	_, old := t.old[text]
	return old
}

func (t *texts) add(text string) {
	if len(text) > textsKept {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.young == nil || t.size+len(text) > textsKept {
		t.old, t.young, t.size = t.young, map[string]struct{}{}, 0
	}
	t.young[text] = struct{}{}
	t.size += len(text)
}
