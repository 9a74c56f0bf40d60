#!/usr/bin/env bash
# Runs the tests that kill the process, break the disk or flip bytes, at full
# strength. Such a test is named TestCrash…; the plain test run has fewer kills.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v strace >/dev/null; then
	echo "SKIPPED: disk faults: strace is not installed (apt-get install strace)"
	if [ "${CI:-}" = true ]; then
		echo "under CI=true a skipped test is a failure" >&2
		exit 1
	fi
fi
folders=$(grep -rlE --include='*_test.go' --exclude-dir=node_modules '^func TestCrash' . | xargs -rn1 dirname | sort -u)
if [ -z "$folders" ]; then
	echo "no crash test found: the search is wrong" >&2
	exit 1
fi
# shellcheck disable=SC2086 # one argument a folder
KONBIT_KILLS=${KONBIT_KILLS:-50} go test -json -count=1 -run '^TestCrash' $folders | go run ./test/count | sed 's/^go tests:/crash tests:/'
