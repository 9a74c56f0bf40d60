package missions

import "embed"

// FS is the sample missions, each in a folder named by its id. It is read-only.
//
//go:embed all:haiti-mss all:cod-demo
var FS embed.FS

// Order names the folders of FS, the one with the most to show first.
func Order() []string { return []string{"haiti-mss", "cod-demo"} }
