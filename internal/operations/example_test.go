package operations_test

import (
	"fmt"
	"time"

	"konbit.org/konbit/internal/operations"
)

func ExampleParseLine() {
	now := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	l := operations.ParseLine("! 0812 LAMP 1 > HQ: bridge closed #F-12", now, time.UTC)
	fmt.Println(l.At.Format("15:04"), l.From, l.To, l.Text, l.About, l.Open)
	// Output: 08:12 LAMP 1 HQ bridge closed F-12 true
}

func ExampleFlashClockOf() {
	sent := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	c := operations.FlashClockOf(operations.FlashOpen, sent, time.Time{}, time.Time{}, operations.UsualFlashTimes(), sent.Add(21*time.Minute))
	fmt.Println(c.Owes, c.Late, c.Calls)
	// Output: acknowledge true 2
}
