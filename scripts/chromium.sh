#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests, with letters for all six languages. The one without windows of its own
# needs half of the time: it is installed where that can be done, whichever other there is.
set -eu
. "$(dirname "$0")/lib.sh"
found() { [ -n "$1" ] && command -v "$1" >/dev/null; }
if found "${CHROMIUM:-}" || found chromium-headless-shell; then
	exit 0
fi
install() { # says so where it can be tried
	if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
		echo "installing Chromium from Debian's packages"
	fi
	debian "$@" fonts-noto-core fonts-noto-cjk
}
if install chromium-headless-shell && found chromium-headless-shell; then
	exit 0
fi
for name in chromium chromium-browser google-chrome; do
	if found "$name"; then
		exit 0
	fi
done
if install chromium && found chromium; then
	exit 0
fi
missing "NO CHROMIUM HERE, AND IT CANNOT BE INSTALLED (apt-get, as root): THE BROWSER TESTS WILL NOT RUN"
