package grid_test

import (
	"fmt"

	"konbit.org/konbit/internal/grid"
)

func Example() {
	text, _ := grid.Format(18.5608, -72.3453, 5)
	square, _ := grid.Parse("18q yf 80150 53225")
	fmt.Println(grid.Spaced(text))
	fmt.Printf("%.5f, %.5f\n", square.Lat, square.Lon)
	// Output:
	// 18Q YF 80212 54299
	// 18.55111, -72.34603
}
