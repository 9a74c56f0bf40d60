package testkit

import (
	"os"
	"os/exec"
	"testing"
)

// NeedTool skips the test, saying so, when a tool of the machine is missing.
// Where CI=true it fails instead: there nobody would see the skip.
func NeedTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed; .ci/run should install it", name)
	}
	t.Skipf("NOT TESTED: %s is not installed", name)
	return ""
}
