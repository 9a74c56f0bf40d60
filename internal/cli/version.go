package cli

import (
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Help is the example.
func (versionCommand) Help() string { return example("konbit version --json") }

// Run prints what was built from what.
func (versionCommand) Run(e *env) error {
	v := map[string]string{"version": "(devel)", "revision": "", "go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			v["version"] = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				v["revision"] = s.Value + v["revision"]
			case s.Key == "vcs.modified" && s.Value == "true":
				v["revision"] += " and changes"
			}
		}
	}
	if e.JSON {
		return e.json(v)
	}
	e.say("konbit %s %s %s", v["version"], v["revision"], v["go"])
	return nil
}
