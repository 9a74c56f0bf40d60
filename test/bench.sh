#!/usr/bin/env bash
# Measures intake, rebuild, questions and memory at a million entries, beside a
# floor of the same machine in the same run. No gate: a shared machine is too
# noisy to fail a change on. With BENCH=name it runs Go benchmarks instead.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${BENCH:-}" ]; then
	exec go test -run '^$' -bench "$BENCH" -benchmem -timeout 60m ./...
fi
exec go run ./test/bench "$@"
