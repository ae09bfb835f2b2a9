#!/usr/bin/env bash
# Makes sure that there is a C compiler, which Go's race detector is linked with.
set -eu
. "$(dirname "$0")/lib.sh"
if command -v gcc >/dev/null || command -v clang >/dev/null || command -v cc >/dev/null; then
	exit 0
fi
echo "installing gcc from Debian's packages"
if debian gcc libc6-dev; then
	exit 0
fi
printf '\n*** no C compiler here, and it cannot be installed (apt-get, as root): the race detector does not work without one ***\n\n' >&2
exit 1
