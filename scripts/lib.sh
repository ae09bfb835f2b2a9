# What the scripts here share. Read it with a dot.

# missing says that something is not here: a failure where CI=true, a loud notice elsewhere.
missing() {
	printf '\n*** %s ***\n\n' "$1" >&2
	if [ "${CI:-}" = true ]; then
		exit 1
	fi
}

# debian installs Debian packages, if this is a Debian machine and we are root.
debian() {
	if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
		return 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
