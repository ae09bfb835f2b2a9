#!/usr/bin/env bash
# Runs every test but those of faults. A browser keeps one core busy and no more: its tests run beside the others and beside
# the guards, and what they say is printed behind. All are run, whichever fail.
# usage: test.sh GUARDS ARGUMENT..., where GUARDS is one of how many guards are tried, and the arguments are those of go test
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
guards=$1
shift
said=$(mktemp)
trap 'rm -f "$said"' EXIT
$go test "$@" ./internal/browser >"$said" 2>&1 &
browser=$!
failed=0
# The longest first: go test begins packages in this order, two at once on two cores, and the last would run alone.
$go test "$@" ${FIRST:-} $($go list ./... | grep -vE 'internal/(browser|fault)$') || failed=1
$go run ./internal/mutants -guards -timeout 2m -one-of "$guards" || failed=1
wait $browser || failed=1
cat "$said"
exit $failed
