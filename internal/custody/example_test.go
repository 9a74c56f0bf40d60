package custody_test

import (
	"fmt"
	"time"

	"konbit.org/konbit/internal/custody"
)

func ExampleClockOf() {
	took := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	held := version(took, "status", custody.Held, "minor", "yes")
	c := custody.ClockOf(held, time.UTC, custody.UsualTimes(), took.Add(10*time.Hour))
	fmt.Println(c.Held, c.Due.Format("15:04"), c.Near, c.Late)
	// Output: 10h0m0s 20:00 true false
}
