#!/usr/bin/env bash
# Builds the program twice, in two directories and with two caches, and says whether the files are the same, byte by byte.
# Who has the source of a release can see so that its files were made of it. Takes some minutes.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
for n in one another; do
	mkdir -p "$dir/$n/source"
	git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$dir/$n/source"
	GOCACHE="$dir/$n/cache" scripts/build.sh "$dir/$n/source" "$dir/$n/plenary"
	rm -rf "$dir/$n/cache"
done
if ! cmp "$dir/one/plenary" "$dir/another/plenary"; then
	echo "two builds of the same source differ"
	exit 1
fi
sha256sum "$dir/one/plenary" | cut -d' ' -f1
echo "two builds, the same file"
