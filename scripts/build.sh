#!/usr/bin/env bash
# Builds the program as a release has it: no C, no paths of this machine, nothing of the day.
# usage: build.sh SOURCE FILE
set -eu
file=$(realpath -m "$2")
cd "$1"
CGO_ENABLED=0 GOFLAGS=-mod=readonly ${GO:-go} build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o "$file" ./cmd/plenary
