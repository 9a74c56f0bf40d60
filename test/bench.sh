#!/usr/bin/env bash
# Runs the benchmarks. No gate: a shared machine is too noisy to fail a change on.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go test -run '^$' -bench "${BENCH:-.}" -benchmem -timeout 60m ./...
