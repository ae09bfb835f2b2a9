#!/usr/bin/env bash
# Prints the packages in which something is done at once: those whose files, tests included, have a lock, an atomic or a goroutine of
# their own. With "others", the packages that have none. Those whose tests take minutes are with neither.
# usage: atonce.sh [others]
set -eu
cd "$(dirname "$0")/.."
slow='^\./internal/(browser|fault|bench)$'
found=$(git ls-files --cached --others --exclude-standard -- '*.go' ':!scripts' | tr '\n' '\0' |
	xargs -0 grep -lE '^\s*(import )?"(sync|sync/atomic|testing/synctest)"$|^\s*go (func|[a-zA-Z.]+)\(' |
	xargs -n1 dirname | sort -u | sed 's,^\.$,,; s,^,./,; s,/$,,' | grep -vE "$slow")
if [ "${1:-}" != others ]; then
	echo "$found"
	exit
fi
${GO:-go} list -f '{{.Dir}}' ./... | sed "s,^$PWD\$,$PWD/.,; s,^$PWD/,./,; s,^\./\.\$,.," | grep -vE "$slow" | grep -vxF "$found"
