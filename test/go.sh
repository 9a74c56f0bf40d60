#!/usr/bin/env bash
# Runs all Go tests and counts them. Under CI=true they run with the race detector,
# which makes a program several times slower: the scripts of the command line start
# some hundred of them and the crawl asks ninety thousand times, so these two run
# without it, and properties are tried less often beside it. The database made from C
# and the reader of YAML share nothing with us but what is handed to them, and
# unwatched they let the tests end in less than half the time.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${CI:-}" != true ]; then
	go test -json ./... | go run ./test/count
	exit
fi
unwatched=(-gcflags={modernc.org/sqlite/lib,modernc.org/libc,go.yaml.in/yaml/v4/...}=-race=false)
slow='/(internal/cli|test/crawl)$'
status=0
# The packages that take longest come first: what is left alone at the end uses one core.
first='internal/(web|app|gateway/sheet|measure|record)$'
all=$(go list ./... | grep -vE "$slow")
{ grep -E "$first" <<<"$all"; grep -vE "$first" <<<"$all"; } | xargs go test -race "${unwatched[@]}" -short -count=1 -json | go run ./test/count || status=1
go list ./... | grep -E "$slow" | xargs go test -count=1 -json | go run ./test/count || status=1
go test -count=1 -json -run '^TestSixtyDaysOfReports$' ./internal/app | go run ./test/count || status=1
exit "$status"
