#!/usr/bin/env bash
# Looks for the folder of real documents that some tests read. It is not part of this repository.
# usage: documents.sh DIR         says loudly if it is not there; fails where CI=true
#        documents.sh -path DIR   prints the absolute path, or nothing
set -eu
. "$(dirname "$0")/lib.sh"
if [ "$1" = -path ]; then
	if [ -d "$2" ]; then (cd "$2" && pwd); fi
	exit 0
fi
if [ ! -d "$1" ]; then
	missing "NO DOCUMENTS IN $1: THE TESTS THAT READ REAL DOCUMENTS WILL NOT RUN (make test DOCUMENTS=DIR)"
fi
