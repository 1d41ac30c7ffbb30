#!/usr/bin/env bash
# fuzz.sh [SECONDS]: runs each fuzz target in fuzz/ for so many seconds (60), on the stable toolchain.
set -euo pipefail

cd "$(dirname "$0")/.."
seconds=${1:-60}
export RUSTC_BOOTSTRAP=1 # the sanitizers that cargo-fuzz turns on are nightly options

if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "Installing cargo-fuzz (some minutes, once)"
  cargo install --locked cargo-fuzz
fi
fuzz/seed.sh
list=$(cargo fuzz list)
[ -n "$list" ] || {
  echo "fuzz/ has no target: add one to fuzz/Cargo.toml." >&2
  exit 1
}

failed=()
while IFS= read -r target; do
  scripts/step.sh "fuzz $target" cargo fuzz run "$target" -- -max_total_time="$seconds" </dev/null || failed+=("$target")
done <<<"$list"
[ ${#failed[@]} -eq 0 ] || {
  echo "These targets failed: ${failed[*]}. An input that crashes one is in fuzz/artifacts/TARGET/: make it a test's fixture." >&2
  exit 1
}
