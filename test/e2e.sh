#!/usr/bin/env bash
# Runs the browser tests of web/e2e against a fresh demo. Where a tool is missing
# they are skipped loudly; under CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
	echo "SKIPPED: browser tests: $1"
	if [ "${CI:-}" = true ]; then
		echo "under CI=true a skipped test is a failure" >&2
		exit 1
	fi
	exit 0
}
command -v node >/dev/null && command -v npm >/dev/null || missing "Node and npm are not installed"
command -v chromium >/dev/null || missing "chromium is not installed (apt-get install chromium)"

go build -o bin/konbit ./cmd/konbit
go build -o bin/clockserver ./test/clockserver
cd web/e2e
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
npx --no-install playwright test 2>&1 | tee "$log" || status=$?
echo "browser tests: $(grep -Eo '[0-9]+ (passed|failed|skipped|flaky|did not run)' "$log" | paste -sd' ' | sed 's/ \([0-9]\)/, \1/g')"
exit "$status"
