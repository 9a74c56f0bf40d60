package access

import "sync"

// question is what a decision depends on, and nothing else.
type question struct {
	grants   string
	action   Action
	resource Resource
}

// remembered is how many decisions a generation of the memory holds.
const remembered = 4096

// memo remembers decisions, those asked for last. It holds at most two
// generations, about a megabyte.
type memo struct {
	mu         sync.RWMutex
	young, old map[question]bool
}

func (m *memo) get(q question) (yes, known bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if yes, known = m.young[q]; known {
		return yes, true
	}
	yes, known = m.old[q]
	return yes, known
}

func (m *memo) put(q question, yes bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= remembered {
		m.old, m.young = m.young, make(map[question]bool, 64)
	}
	m.young[q] = yes
}
