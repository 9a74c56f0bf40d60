package measure

import (
	"cmp"
	"container/heap"
	"slices"
)

// kept names a record found, with what it is sorted by.
type kept struct {
	lo int64
	id int64
}

func byNewest(a, b kept) int {
	return cmp.Or(cmp.Compare(b.lo, a.lo), cmp.Compare(b.id, a.id))
}

// keep holds the newest records given to it, up to a limit; 0 holds all.
type keep struct {
	limit int
	items oldestFirst
}

func (k *keep) add(x kept) {
	switch {
	case k.limit <= 0:
		k.items = append(k.items, x)
	case len(k.items) < k.limit:
		heap.Push(&k.items, x)
	case byNewest(x, k.items[0]) < 0:
		k.items[0] = x
		heap.Fix(&k.items, 0)
	}
}

// join takes in what another holds.
func (k *keep) join(other *keep) {
	for _, x := range other.items {
		k.add(x)
	}
}

// newest gives the records, newest event first.
func (k *keep) newest() []kept {
	slices.SortFunc(k.items, byNewest)
	return k.items
}

// oldestFirst is a heap whose top is the first to go.
type oldestFirst []kept

func (h oldestFirst) Len() int           { return len(h) }
func (h oldestFirst) Less(i, j int) bool { return byNewest(h[i], h[j]) > 0 }
func (h oldestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *oldestFirst) Push(x any)        { *h = append(*h, x.(kept)) }
func (h *oldestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
