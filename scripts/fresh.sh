#!/usr/bin/env bash
# Fails if the Go code of a template is not what the template says. Works on a copy: nothing is changed.
# usage: fresh.sh COMMAND..., where COMMAND is templ
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/page"
cp go.mod go.sum "$dir/"
find page -name '*.templ' | while read -r f; do
	mkdir -p "$dir/$(dirname "$f")"
	cp "$f" "$dir/$f"
done
if ! scripts/templates.sh "$dir" "$@" >"$dir/log" 2>&1; then
	cat "$dir/log"
	exit 1
fi
stale=0
for f in $( (cd "$dir" && find page -name '*_templ.go'; cd - >/dev/null && find page -name '*_templ.go') | sort -u); do
	if ! cmp -s "$dir/$f" "$f"; then
		echo "$f is not what its template says (make generate)"
		stale=1
	fi
done
exit $stale
