package laws_test

import (
	"slices"
	"strings"
	"testing"
)

// rooms are the folders of the product from top to bottom. A package may import
// rooms below its own and, inside its own room, its own sub-packages. Rooms on
// one line stand side by side and may not import one another.
func rooms() [][]string {
	return [][]string{
		{"cmd/konbit"},
		{"internal/cli"},
		{"internal/app"},
		{"internal/web"},
		{"internal/gateway"},
		{"internal/replicate"},
		{"internal/sitrep"},
		{"internal/publish"},
		{"internal/live"},
		domains(),
		{"internal/claim"},
		{"internal/measure"},
		{"internal/desk"},
		{"internal/access"},
		{"internal/record"},
		{"internal/kind"},
		{"internal/mission"},
		{"internal/journal"},
		{"internal/store"},
		{"internal/blob"},
		leaves(),
	}
}

func domains() []string {
	return []string{
		"internal/strength", "internal/casualty", "internal/operations", "internal/money",
		"internal/training", "internal/services", "internal/custody", "internal/mandate",
		"internal/family", "internal/outreach", "internal/support", "internal/places", "internal/accounts", "internal/nodes",
	}
}

// leaves hold one idea each and may import other leaves.
func leaves() []string {
	return []string{
		"internal/dtg", "internal/edtf", "internal/grid", "internal/clock",
		"internal/fail", "internal/lang", "internal/chart", "internal/gsm",
	}
}

// testRooms may be imported by tests only, and may import anything.
func testRooms() []string { return []string{"internal/laws", "internal/testkit"} }

// level is how far down the list a folder stands, and its room; -1 if in none.
func level(folder string) (depth int, room string) {
	for depth, side := range rooms() {
		for _, room := range side {
			if folder == room || strings.HasPrefix(folder, room+"/") {
				return depth, room
			}
		}
	}
	return -1, ""
}

func isTestRoom(folder string) bool {
	return slices.ContainsFunc(testRooms(), func(room string) bool {
		return folder == room || strings.HasPrefix(folder, room+"/")
	})
}

// mayImport explains why a folder may not import another, or gives "".
func mayImport(from, to string) string {
	if isTestRoom(from) {
		return ""
	}
	if isTestRoom(to) {
		return "only tests may import " + to
	}
	upper, room := level(from)
	lower, other := level(to)
	switch {
	case upper < 0 || lower < 0:
		return "" // the folder without a room is reported by its own test
	case room == "internal/gateway" && room == other && from != to && !strings.HasPrefix(to, from+"/"):
		return "one gateway may not import another"
	case room == other:
		return ""
	case lower > upper:
		return ""
	case lower < upper:
		return other + " stands above " + room + "; imports point down"
	case slices.Contains(leaves(), room):
		return ""
	}
	return other + " stands beside " + room + "; let the room above join them"
}

func TestEveryFolderHasARoom(t *testing.T) {
	for _, p := range packages(t) {
		if depth, _ := level(p.folder); depth < 0 && !isTestRoom(p.folder) {
			t.Errorf("%s has no room: add it to rooms() in internal/laws/rooms_test.go at the level of what it may import", p.folder)
		}
	}
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, path := range f.imports {
				to, ours := strings.CutPrefix(path, module+"/")
				if !ours {
					continue
				}
				if why := mayImport(p.folder, to); why != "" {
					t.Errorf("%s imports %s: %s", f.path, to, why)
				}
			}
		}
	}
}

func TestTheListOfRoomsIsReadAsMeant(t *testing.T) {
	for _, c := range []struct {
		from, to string
		allowed  bool
	}{
		{"internal/web", "internal/measure", true},
		{"internal/measure", "internal/web", false},
		{"internal/money", "internal/strength", false},
		{"internal/money", "internal/record", true},
		{"internal/record", "internal/money", false},
		{"internal/edtf", "internal/fail", true},
		{"internal/fail", "internal/journal", false},
		{"internal/gateway/odk", "internal/gateway/cot", false},
		{"internal/gateway/odk", "internal/gateway/odk/xform", true},
		{"internal/web/page", "internal/web", true},
		{"internal/record", "internal/testkit", false},
		{"internal/testkit", "internal/app", true},
		{"cmd/konbit", "internal/cli", true},
	} {
		if why := mayImport(c.from, c.to); (why == "") != c.allowed {
			t.Errorf("%s imports %s: %q", c.from, c.to, why)
		}
	}
}
