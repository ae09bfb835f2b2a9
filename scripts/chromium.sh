#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests, with letters for all six languages.
set -eu
. "$(dirname "$0")/lib.sh"
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
	if [ -n "$name" ] && command -v "$name" >/dev/null; then
		exit 0
	fi
done
echo "installing Chromium from Debian's packages"
if debian chromium fonts-noto-core fonts-noto-cjk && command -v chromium >/dev/null; then
	exit 0
fi
missing "NO CHROMIUM HERE, AND IT CANNOT BE INSTALLED (apt-get, as root): THE BROWSER TESTS WILL NOT RUN"
