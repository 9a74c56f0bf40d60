package record

import "testing"

// TestWhatIsRememberedIsOfOneState asks for each step at which a commit may come
// between: a reader's answer must be of the state before it, or after.
func TestWhatIsRememberedIsOfOneState(t *testing.T) {
	key := apartKey{mission: "m", serial: 1}
	a := &apart{ids: map[int64]bool{7: true}}
	s := &Store{}
	s.remember()
	k := &s.kept
	_, turn := k.get(key)
	k.put(key, turn, a)
	if got, _ := k.get(key); got != a || !k.holds(key, a) {
		t.Error("what was read is not remembered")
	}
	k.coming([]row{{id: 8}})
	if !k.holds(key, a) {
		t.Error("a commit that touches none of it made it forgotten")
	}
	k.committed()
	k.coming([]row{{id: 7}})
	if got, _ := k.get(key); got != nil || k.holds(key, a) {
		t.Error("a commit that touches it did not")
	}
	_, turn = k.get(key)
	k.put(key, turn, a) // of the state before, or of the one after: nobody knows
	if got, _ := k.get(key); got != nil {
		t.Error("what was read while a commit was in hand is remembered")
	}
	_, turn = k.get(key)
	k.committed()
	k.put(key, turn, a)
	if got, _ := k.get(key); got != nil {
		t.Error("what was read before a commit ended is remembered after it")
	}
}
