#!/usr/bin/env bash
# Makes sure that there is an object store for the tests of files in one: versitygw, built once from a module of its own. The tests start it.
set -eu
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/s3"
if ${GO:-go} tool -n s3 >/dev/null; then
	exit 0
fi
missing "NO OBJECT STORE CAN BE BUILT HERE (scripts/s3): ATTACHED FILES IN ONE ARE NOT TESTED"
