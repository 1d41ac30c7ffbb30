#!/usr/bin/env bash
# rustfmt.sh [--check]: formats every Rust file of the repository, or with --check only says what it would change.
# `cargo fmt` follows `mod` lines from the workspace's crates; this takes every file that is there.
set -euo pipefail

cd "$(dirname "$0")/.."
files=()
while IFS= read -r -d '' file; do
  [ ! -f "$file" ] || files+=("$file")
done < <(git ls-files -z --cached --others --exclude-standard -- '*.rs')
[ ${#files[@]} -gt 0 ] || {
  echo "rustfmt.sh: no Rust file found; is this the repository?" >&2
  exit 1
}
[ -t 1 ] || set -- --color never "$@" # rustfmt colours its differences even in a log
edition=$(sed -n 's/^edition = "\([0-9]*\)".*/\1/p' Cargo.toml | head -n 1)
printf '%s\0' "${files[@]}" | xargs -0 rustfmt --edition "$edition" "$@" || {
  echo "Some Rust files are not formatted: run 'make fmt'." >&2
  exit 1
}
