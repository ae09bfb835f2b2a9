#!/usr/bin/env bash
# Runs every test. A browser keeps one core busy and no more, and the tests of faults wait for disks and for servers that start:
# both run beside the others, which give way to them, as whoever waits most ends last; what they say is printed behind. All are run,
# whichever fail.
# usage: test.sh ARGUMENT..., the arguments are those of go test; FAULTS has more for the tests of faults, such as -short
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
$go test "$@" ./internal/browser >"$said/browser" 2>&1 &
browser=$!
$go test "$@" ${FAULTS:-} ./internal/fault >"$said/fault" 2>&1 &
fault=$!
failed=0
# The longest first: go test begins packages in this order, and the last would run alone. One more at once than there are cores, as
# some wait for disks.
nice $go test -p $(($(getconf _NPROCESSORS_ONLN) + 1)) "$@" ${FIRST:-} $($go list ./... | grep -vE 'internal/(browser|fault)$') || failed=1
wait $fault || failed=1
cat "$said/fault"
wait $browser || failed=1
cat "$said/browser"
exit $failed
