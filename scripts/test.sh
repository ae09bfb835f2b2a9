#!/usr/bin/env bash
# Runs every test but those of faults. A browser keeps one core busy and no more: its tests run beside the others, and what they
# say is printed behind. All are run, whichever fail.
# usage: test.sh ARGUMENT..., the arguments are those of go test
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
wait $browser || failed=1
cat "$said"
exit $failed
