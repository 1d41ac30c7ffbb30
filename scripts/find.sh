#!/usr/bin/env bash
# find.sh chromium|postgres: prints where the browser, or the folder of PostgreSQL's server programs, is.
# Prints nothing and fails when there is none. $CHROMIUM_PATH and $POSTGRES_BIN go first.
set -euo pipefail

# On Ubuntu, chromium-browser is there even when the snap behind it is not: a script that asks for it.
is_snap_stub() {
  [ ! -x /snap/bin/chromium ] && head -c 4096 "$1" | grep -qa 'requires the chromium snap'
}

find_chromium() {
  local name path
  for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable /snap/bin/chromium \
    '/Applications/Chromium.app/Contents/MacOS/Chromium' \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    path=$(command -v "$name") || continue # nothing is found for an empty name
    is_snap_stub "$path" && continue
    printf '%s\n' "$path"
    return 0
  done
  return 1
}

find_postgres() {
  local dir
  # Newest first: Debian keeps each version in a folder of its own, off the PATH.
  while IFS= read -r dir; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ]; then
      printf '%s\n' "$dir"
      return 0
    fi
  done < <(
    printf '%s\n' "${POSTGRES_BIN:-}"
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV
    dirname "$(command -v initdb || true)"
  )
  return 1
}

case ${1:-} in
  chromium) find_chromium ;;
  postgres) find_postgres ;;
  *)
    echo "usage: scripts/find.sh chromium|postgres" >&2
    exit 2
    ;;
esac
