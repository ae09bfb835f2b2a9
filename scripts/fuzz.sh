#!/usr/bin/env bash
# Runs every fuzz test for a while.
# usage: fuzz.sh TIME
set -eu
for dir in $(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do
	for name in $(grep -hoE '^func Fuzz\w+' "$dir"/*_test.go | cut -d' ' -f2); do
		echo "$dir $name"
		"${GO:-go}" test -run '^$' -fuzz "^$name\$" -fuzztime "$1" "$dir"
	done
done
