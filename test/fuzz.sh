#!/usr/bin/env bash
# Runs every fuzz target of the tree for the time given (20s), four at a time.
# A target is found by its signature, so a new one needs no entry here. A folder
# with targets is built once, and its targets run one after another.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-20s}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

targets=$(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*\(f \*testing\.F\)' . |
	sed -E 's|^\./(.*)/[^/]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' | sort -u || true)
if [ -z "$targets" ]; then
	echo "no fuzz target found: the search is wrong" >&2
	exit 1
fi

# run_folder FOLDER TARGET…: builds the folder's tests and fuzzes with each target.
run_folder() {
	local folder=$1 binary status=0 target log started
	shift
	binary=$work/${folder//\//-}.test
	log=$binary.log
	if ! go test -c -fuzz=Fuzz -o "$binary" "./$folder" >"$log" 2>&1; then
		printf 'FAIL %s does not build\n' "$folder"
		cat "$log"
		return 1
	fi
	for target in "$@"; do
		started=$SECONDS
		# One worker each. What is found interesting is made small in twenty tries:
		# by default a minute goes into it, and then no input is tried in twenty seconds.
		if (cd "$folder" && "$binary" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$time" -test.fuzzminimizetime 20x \
			-test.fuzzcachedir "$(go env GOCACHE)/fuzz/konbit/$folder" -test.parallel 1) >"$log" 2>&1; then
			printf 'ok   %s %s (%d s, %s)\n' "$folder" "$target" $((SECONDS - started)) \
				"$(grep -Eo 'execs: [0-9]+' "$log" | tail -1)"
		elif grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input written' "$log"; then
			# Before Go 1.27 the end of the time is now and then taken for a failure.
			printf 'ok   %s %s (%d s, ended late)\n' "$folder" "$target" $((SECONDS - started))
		else
			printf 'FAIL %s %s\n' "$folder" "$target"
			cat "$log"
			status=1
		fi
	done
	rm -f "$binary"
	return "$status"
}
export -f run_folder
export work time

status=0
# The folders with most targets first, that none runs alone at the end.
awk '{ all[$1] = all[$1] " " $2; n[$1]++ } END { for (f in all) print n[f], f all[f] }' <<<"$targets" | sort -rn | cut -d' ' -f2- |
	xargs -P 4 -L 1 bash -c 'run_folder "$@"' run_folder || status=1
count=$(wc -l <<<"$targets")
if [ "$status" -ne 0 ]; then
	echo "fuzz targets: $count, at least one failed"
	exit 1
fi
echo "fuzz targets: $count passed, $time each"
