package main

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	const passed = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"pass","Package":"p","Elapsed":0.2}
`
	for _, c := range []struct {
		name, in, want string
		fails          bool
	}{
		{"a passed test", passed, "go tests: 1 passed, 0 failed, 0 skipped (1 packages, 0 failed, 0 without tests)", false},
		{"a failed test shows its output", passed + `{"Action":"output","Package":"p","Test":"TestB","Output":"got 3\n"}
{"Action":"fail","Package":"p","Test":"TestB"}`, "got 3\ngo tests: 1 passed, 1 failed", true},
		{"a skip is loud", passed + `{"Action":"skip","Package":"p","Test":"TestC"}`, "SKIPPED p TestC", false},
		{"a package that does not build", passed + `{"Action":"build-output","ImportPath":"q","Output":"undefined: x\n"}
{"Action":"fail","Package":"q","FailedBuild":"q"}`, "undefined: x\nFAIL q", true},
		{"a message of the go command", passed + "go: no such module\n", "go: no such module", false},
		{"nothing ran", `{"Action":"skip","Package":"p"}`, "0 passed", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			err := count(strings.NewReader(c.in), &out)
			if (err != nil) != c.fails {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("got:\n%s\nwant within it:\n%s", out.String(), c.want)
			}
		})
	}
}
