#!/usr/bin/env bash
# Makes sure that a Chromium is there for the browser tests, and prints its path. Installs Debian's package
# where that is possible; says plainly where it is not.
set -eu
for c in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$c" ] && [ -x "$c" ]; then echo "$c"; exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium and fonts (Debian packages)" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2 || true
  apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk >&2
  if [ -x /usr/bin/chromium ]; then echo /usr/bin/chromium; exit 0; fi
fi
echo "no Chromium: install it (on Debian: apt-get install chromium), or name it in CHROMIUM" >&2
exit 1
