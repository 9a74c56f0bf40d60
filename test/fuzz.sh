#!/usr/bin/env bash
# Runs every fuzz target of the tree for the time given (20s), two at a time.
# A target is found by its signature, so a new one needs no entry here.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-20s}

targets=$(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*\(f \*testing\.F\)' . |
	sed -E 's|^\./(.*)/[^/]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' | sort -u || true)
if [ -z "$targets" ]; then
	echo "no fuzz target found: the search is wrong" >&2
	exit 1
fi

run_one() {
	local folder=$1 target=$2 time=$3 log started=$SECONDS
	log=$(mktemp)
	# One worker each: two targets share two cores.
	if go test "./$folder" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -parallel 1 >"$log" 2>&1; then
		printf 'ok   %s %s (%d s, %s)\n' "$folder" "$target" $((SECONDS - started)) \
			"$(grep -Eo 'execs: [0-9]+' "$log" | tail -1)"
	elif grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input written' "$log"; then
		# Before Go 1.27 the go command now and then takes the end of the time for a failure.
		printf 'ok   %s %s (%d s, ended late)\n' "$folder" "$target" $((SECONDS - started))
	else
		printf 'FAIL %s %s\n' "$folder" "$target"
		cat "$log"
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}
export -f run_one

status=0
echo "$targets" | xargs -P 2 -L 1 bash -c 'run_one "$1" "$2" "$0"' "$time" || status=1
count=$(echo "$targets" | wc -l)
if [ "$status" -ne 0 ]; then
	echo "fuzz targets: $count, at least one failed"
	exit 1
fi
echo "fuzz targets: $count passed, $time each"
