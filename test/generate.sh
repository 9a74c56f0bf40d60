#!/usr/bin/env bash
# Makes every generated file again. With --check it fails when one changes, so a
# template and what was made from it cannot part.
set -euo pipefail
cd "$(dirname "$0")/.."

digest() {
	find internal web docs -type f -not -path '*/node_modules/*' -not -path '*/test-results/*' -print0 | sort -z | xargs -0 sha256sum
}
before=$(digest)
go tool templ generate -log-level error
go run ./test/terms
if [ -e web/package.json ]; then
	if [ ! -e web/node_modules/.package-lock.json ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
		PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix web ci --no-audit --no-fund --loglevel=error
	fi
	npm --prefix web run --silent build
fi
if [ "${1:-}" = --check ]; then
	if ! diff <(echo "$before") <(digest); then
		echo "generated files were not current: run make generate and commit what changed" >&2
		exit 1
	fi
	echo "generated files are current"
fi
