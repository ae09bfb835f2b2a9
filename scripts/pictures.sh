#!/usr/bin/env bash
# Makes the pictures of the documentation from the demonstration, in Chromium.
set -eu
cd "$(dirname "$0")/.."
chromium=$(scripts/chromium.sh)
dir=$(mktemp -d); trap 'kill $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
go build -o "$dir/plenary" ./cmd/plenary
"$dir/plenary" demo --addr 127.0.0.1:0 >"$dir/out" & pid=$!
until grep -q '^http' "$dir/out"; do kill -0 $pid; sleep 0.2; done
url=$(head -1 "$dir/out")
"$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync \
  --user-data-dir="$dir/profile" --hide-scrollbars --window-size=1280,1500 --screenshot=docs/picture.png "${url}en/c/ip-ai" >/dev/null 2>&1
echo docs/picture.png
