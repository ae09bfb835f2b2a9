#!/usr/bin/env bash
# Runs every test. A browser keeps one core busy and no more: its tests run beside the others, and what they say is printed
# behind; those of faults come when all others are done but those. All are run, whichever fail.
# usage: test.sh ARGUMENT..., the arguments are those of go test; FAULTS has more for the tests of faults, such as -short
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
said=$(mktemp)
trap 'rm -f "$said"' EXIT
$go test "$@" ./internal/browser >"$said" 2>&1 &
browser=$!
failed=0
# The longest first: go test begins packages in this order, two at once on two cores, and the last would run alone.
$go test "$@" ${FIRST:-} $($go list ./... | grep -vE 'internal/(browser|fault)$') || failed=1
$go test "$@" ${FAULTS:-} ./internal/fault || failed=1
wait $browser || failed=1
cat "$said"
exit $failed
