#!/usr/bin/env bash
# Makes a Debian package of the program for this machine's architecture, the same bytes from the same source.
# usage: debian.sh VERSION DIRECTORY, such as debian.sh 0.1.0 dist
set -eu
version=$1
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/.."
arch=$(${GO:-go} env GOARCH)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
scripts/build.sh . "$root/usr/bin/plenary"
install -D -m 0644 packaging/plenary.service "$root/usr/lib/systemd/system/plenary.service"
install -D -m 0600 packaging/plenary.env "$root/etc/plenary.env"
install -D -m 0644 LICENSE "$root/usr/share/doc/plenary/copyright"
install -D -m 0644 NOTICE "$root/usr/share/doc/plenary/NOTICE"
install -D -m 0644 CHANGELOG.md "$root/usr/share/doc/plenary/CHANGELOG.md"
install -D -m 0644 docs/operate/grafana.json "$root/usr/share/plenary/grafana.json"
chmod 0755 "$root" "$root/usr/bin/plenary"
size=$(find "$root" -type f -printf '%s\n' | awk '{kilobytes += int(($1 + 1023) / 1024)} END {print kilobytes}')
sums=$(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) # dpkg --verify compares with them
install -d "$root/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" packaging/debian/control >"$root/DEBIAN/control"
echo "$sums" >"$root/DEBIAN/md5sums"
echo /etc/plenary.env >"$root/DEBIAN/conffiles"
chmod 0644 "$root"/DEBIAN/*
install -m 0755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$root/DEBIAN/"
find "$root" -type d -exec chmod 0755 {} +
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# A package that is half made never has the name of a package.
package="$out/plenary_${version}_$arch.deb"
dpkg-deb --root-owner-group -Zxz --build "$root" "$package.part" >/dev/null
mv "$package.part" "$package"
echo "$package"
