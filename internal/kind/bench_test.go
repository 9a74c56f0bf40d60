package kind_test

import (
	"testing"

	"konbit.org/konbit/internal/kind"
)

func BenchmarkCheck(b *testing.B) {
	k, ok := allKinds(b).Get("movement")
	if !ok {
		b.Fatal("no movement")
	}
	env := kind.Env{Location: zone(b, "America/Port-au-Prince")}
	rows := map[string]map[string]string{
		"good": {"contributor": "KEN", "direction": "IN", "persons": "217", "women": "24", "men": "193", "at": "2025-01-18T11:00-05:00", "place": "Airport", "note": "two flights"},
		"bad":  {"contributor": "Jamaca", "direction": "sideways", "persons": "1,217", "at": "01/02/2025"},
	}
	for name, row := range rows {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				k.Check(row, env)
			}
		})
	}
}
