#!/usr/bin/env bash
# Makes sure that there is a PostgreSQL server for the tests of the record over it. They start one of their own.
set -eu
. "$(dirname "$0")/lib.sh"
if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	exit 0
fi
echo "installing PostgreSQL from Debian's packages"
if debian postgresql && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	exit 0
fi
missing "NO POSTGRESQL HERE, AND IT CANNOT BE INSTALLED (apt-get, as root): THE RECORD OVER IT IS NOT TESTED"
