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
install -D -m 0644 packaging/plenary.service "$root/lib/systemd/system/plenary.service"
install -D -m 0600 packaging/plenary.env "$root/etc/plenary.env"
install -D -m 0644 LICENSE "$root/usr/share/doc/plenary/copyright"
install -D -m 0644 NOTICE "$root/usr/share/doc/plenary/NOTICE"
install -D -m 0644 docs/operate/grafana.json "$root/usr/share/plenary/grafana.json"
chmod 0755 "$root" "$root/usr/bin/plenary"
install -d "$root/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/" packaging/debian/control >"$root/DEBIAN/control"
echo /etc/plenary.env >"$root/DEBIAN/conffiles"
install -m 0755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$root/DEBIAN/"
find "$root" -type d -exec chmod 0755 {} +
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/plenary_${version}_$arch.deb" >/dev/null
echo "$out/plenary_${version}_$arch.deb"
