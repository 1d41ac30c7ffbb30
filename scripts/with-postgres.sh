#!/usr/bin/env bash
# with-postgres.sh CMD...: runs CMD beside a throw-away PostgreSQL server and returns CMD's status.
#
# CMD finds the server in $BARTIZAN_TEST_PG. It listens on 127.0.0.1 and in a private folder only, keeps nothing,
# and is gone when CMD ends. With BARTIZAN_REQUIRE_PG=1 it is a failure if CMD never connected: tests that
# quietly skipped the database must not look like tests that passed.
set -euo pipefail

die() {
  printf 'with-postgres: %s\n' "$*" >&2
  exit 1
}

[ $# -gt 0 ] || die "usage: scripts/with-postgres.sh CMD..."
bin=$("$(dirname "$0")/find.sh" postgres) ||
  die "no PostgreSQL server programs here; install them: sudo apt-get install postgresql (or run: make setup-test)"

# PostgreSQL refuses to run as root: then it runs as a user without rights, who owns the folder.
as=()
base=${TMPDIR:-/tmp}
if [ "$(id -u)" -eq 0 ]; then
  user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  command -v runuser >/dev/null || die "runs as root, and needs 'runuser' (package util-linux) to start PostgreSQL as '$user'"
  as=(runuser -u "$user" --)
  "${as[@]}" test -x "$base" || base=/tmp
fi
pg() { (cd / && exec ${as[@]+"${as[@]}"} "$@"); }

dir=$(mktemp -d "$base/bartizan-pg.XXXXXX")
# shellcheck disable=SC2317 # it is called: by the trap
stop() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP # a second Ctrl-C must not leave the server behind
  if [ -f "$dir/data/postmaster.pid" ]; then
    pg "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$dir"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
chmod 700 "$dir"
[ ${#as[@]} -eq 0 ] || chown "$user" "$dir"

# Sorts text as people do (ICU, where this PostgreSQL has it), as most installations would: a query that needs
# SQLite's byte order must say so.
locale=(--locale=C)
if "$bin/initdb" --help | grep -q -- --icu-locale; then
  locale+=(--locale-provider=icu --icu-locale=en-US)
fi
pg "$bin/initdb" -D "$dir/data" -U postgres -E UTF8 "${locale[@]}" --auth=trust --no-sync >"$dir/initdb.log" 2>&1 ||
  { cat "$dir/initdb.log" >&2; die "could not make a database cluster in $dir"; }

# Who is on this machine may connect: over the loopback address, or the socket in the private folder.
pg tee "$dir/data/pg_hba.conf" >/dev/null <<'HBA'
local all all trust
host all all 127.0.0.1/32 trust
HBA
pg tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
log_connections = on
CONF

# A port that looks free can be taken before the server has it, so a failure tries another.
port=
for _ in 1 2 3 4 5 6 7 8; do
  candidate=$((20000 + RANDOM % 12000)) # below the range that systems hand out by themselves
  (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null && continue
  if pg "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -o "-p $candidate" -w -t 60 start >/dev/null 2>&1; then
    port=$candidate
    break
  fi
done
[ -n "$port" ] || { cat "$dir/data/server.log" >&2; die "PostgreSQL did not start"; }

export BARTIZAN_TEST_PG="postgres://postgres@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
if [ "$status" -eq 0 ] && [ "${BARTIZAN_REQUIRE_PG:-}" = 1 ] &&
  ! grep -q 'connection authorized' "$dir/data/server.log"; then
  die "'$*' passed without connecting to PostgreSQL: the tests on that database did not run"
fi
exit "$status"
