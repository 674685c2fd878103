#!/usr/bin/env bash
# provision.sh COMMAND [ARGUMENT...] runs a command that tests PostgreSQL, with
# CLMKIT_TEST_POSTGRES set to the URL of a server that has pgvector:
#
#  1. the server that CLMKIT_TEST_POSTGRES names already, if it is set;
#  2. else a private one, started from installed binaries in a temporary folder,
#     reached by a socket in that folder, and gone when the command has ended;
#  3. else the same, after the system's packages were installed: as root, where
#     there is apt-get;
#  4. else none. The command runs all the same, its tests skip, and one line
#     says why. With CI=true that is a failure.
#
# pgvector is installed into a copy of the server's folders, never into the
# system's; see pgvector.sh.
set -uo pipefail

if [ "$#" -eq 0 ]; then
	echo "usage: provision.sh COMMAND [ARGUMENT...]" >&2
	exit 2
fi
if [ -n "${CLMKIT_TEST_POSTGRES:-}" ]; then
	exec "$@"
fi

here=$(cd "$(dirname "$0")" && pwd)
run=$(mktemp -d "${TMPDIR:-/tmp}/clmkit-postgres-XXXXXX") || exit 1
log=$run/log
postmaster=
reason="nothing was tried"
# shellcheck source=pgvector.sh
. "$here/pgvector.sh"

stop() {
	if [ -n "$postmaster" ]; then
		kill -QUIT "$postmaster" 2>/dev/null
		wait "$postmaster" 2>/dev/null
	fi
	rm -rf "$run"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

is_root() { [ "$(id -u)" -eq 0 ]; }

# as_server runs a command as a user that PostgreSQL accepts, which root is not.
# Should this script be killed, the server gets SIGQUIT and ends too.
as_server() {
	if is_root; then
		exec setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups --pdeathsig QUIT "$@"
	elif command -v setpriv >/dev/null 2>&1; then
		exec setpriv --pdeathsig QUIT "$@"
	fi
	exec "$@"
}

choose_owner() {
	owner=$(id -un)
	if ! is_root; then return; fi
	reason="root cannot run a server, and setpriv is missing"
	command -v setpriv >/dev/null 2>&1 || return 1
	owner=postgres
	if ! id postgres >/dev/null 2>&1; then owner=nobody; fi
}

# find_server sets config to the pg_config of the newest installed server.
find_server() {
	local dir
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(pg_config --bindir 2>/dev/null)"; do
		if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] && [ -x "$dir/pg_config" ]; then
			config=$dir/pg_config
			return
		fi
	done
	reason="no PostgreSQL server is installed"
	return 1
}

# install_server installs the system's packages, without the cluster that they
# would make and start.
install_server() {
	is_root && command -v apt-get >/dev/null 2>&1 || return 1
	echo "provision: installing PostgreSQL" >&2
	reason="the packages of PostgreSQL could not be installed"
	local settings=/etc/postgresql-common/createcluster.conf
	if [ ! -e "$settings" ]; then
		mkdir -p "${settings%/*}" && echo "create_main_cluster = false" >"$settings" || return 1
	fi
	{
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			-o Dpkg::Options::=--force-confold postgresql postgresql-client
	} >>"$log" 2>&1 </dev/null
}

# init_database makes the cluster. Where the server can, its texts are ordered
# by a language's rules and not by bytes, as on many servers out there, so that
# a statement that forgot to ask for bytes is found.
init_database() {
	local init=("$bin/initdb" -D "$run/data" -U postgres --auth=trust -E UTF8)
	reason="initdb failed"
	(as_server "${init[@]}" --locale=C --locale-provider=icu --icu-locale=en-US) >>"$log" 2>&1 && return
	rm -rf "$run/data"
	(as_server "${init[@]}" --locale=C) >>"$log" 2>&1
}

# start_server leaves fsync on: what the tests say about durable writes is about
# writes that reached the disk.
start_server() {
	reason="the server did not start"
	(as_server "$bin/postgres" -D "$run/data" -k "$run" -c listen_addresses= \
		-c max_connections=300 -c shared_buffers=512MB -c max_wal_size=4GB) >>"$log" 2>&1 &
	postmaster=$!
	local try
	for try in $(seq 300); do
		if "$bin/pg_isready" -q -h "$run"; then return; fi
		kill -0 "$postmaster" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

provision() {
	find_server || { install_server && find_server; } || return 1
	choose_owner && make_tree && add_pgvector || return 1
	chmod 700 "$run"
	if is_root; then chown "$owner" "$run" || return 1; fi
	cd "$run" && init_database && start_server
}

back=$PWD
if provision; then
	export CLMKIT_TEST_POSTGRES="postgres://postgres@/postgres?host=$run"
else
	if [ "${CI:-}" = true ]; then
		cat "$log" >&2
		echo "FAILED to provide PostgreSQL: $reason" >&2
		exit 1
	fi
	echo "SKIPPED the tests of PostgreSQL: $reason; set CLMKIT_TEST_POSTGRES to the URL of a server with pgvector (compose.yaml starts one)" >&2
fi
cd "$back" && "$@"
