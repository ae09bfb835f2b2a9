#!/usr/bin/env bash
# Makes sure that there is what a cluster needs: PostgreSQL, Patroni, etcd. See internal/cluster.
set -eu
. "$(dirname "$0")/lib.sh"
here() { command -v patroni >/dev/null && command -v etcd >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
if here; then
	exit 0
fi
echo "installing PostgreSQL, Patroni and etcd from Debian's packages"
if debian postgresql patroni etcd-server python3-psycopg2 && here; then
	exit 0
fi
CI=true missing "NO PATRONI, ETCD OR POSTGRESQL HERE, AND THEY CANNOT BE INSTALLED (apt-get, as root): A CLUSTER CANNOT BE STARTED"
