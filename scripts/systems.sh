#!/usr/bin/env bash
# Builds the program for every system that a release is for, and throws it away.
set -eu
cd "$(dirname "$0")/.."
for os in linux darwin windows; do
	for arch in amd64 arm64; do
		echo "$os/$arch"
		GOOS=$os GOARCH=$arch scripts/build.sh . /dev/null
	done
done
