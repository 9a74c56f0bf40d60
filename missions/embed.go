package missions

import "embed"

// FS is the sample missions, each in a folder named by its id. It is read-only.
//
//go:embed all:haiti-mss all:cod-demo
var FS embed.FS
