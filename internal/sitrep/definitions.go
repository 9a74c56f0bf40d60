package sitrep

import (
	"embed"
	"io/fs"
)

//go:embed kinds/*.yaml
var definitions embed.FS

// Definitions are the kinds of this domain, as kind.Load reads them.
func Definitions() fs.FS { return definitions }
