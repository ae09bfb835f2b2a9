#!/usr/bin/env bash
# Makes sure that there is Node with npm, for the test of the client that is made from the description of the API.
set -eu
. "$(dirname "$0")/lib.sh"
if command -v node >/dev/null && command -v npm >/dev/null; then
	exit 0
fi
echo "installing Node from Debian's packages"
if debian nodejs npm && command -v npm >/dev/null; then
	exit 0
fi
missing "NO NODE HERE, AND IT CANNOT BE INSTALLED (apt-get, as root): NO CLIENT IS MADE FROM THE DESCRIPTION OF THE API"
