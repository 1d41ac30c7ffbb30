#!/usr/bin/env bash
# fuzz.sh [SECONDS] [TARGET...]: runs each fuzz target in fuzz/ (or these) for so many seconds (60), on the stable toolchain.
#
# FUZZ_SANITIZER (none) is the sanitizer to build with. The house's own code is safe Rust, where `address` finds nothing and takes two
# thirds of the executions; overflows and broken assertions stop a target without it.
set -euo pipefail

cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
sanitizer=${FUZZ_SANITIZER:-none}
[ "$sanitizer" = none ] || export RUSTC_BOOTSTRAP=1 # sanitizers are nightly options
# As it ships, every target would have all of Bartizan optimised anew when it is linked, and no line in its stacks.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=1

if ! cargo fuzz --version >/dev/null 2>&1; then
  scripts/step.sh "install cargo-fuzz (some minutes, once)" cargo install --locked cargo-fuzz
fi
known=$(cargo fuzz list)
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets <<<"$known"
for target in "${targets[@]}"; do
  grep -qx -- "$target" <<<"$known" || {
    echo "There is no fuzz target $target; there are: ${known//$'\n'/, }" >&2
    exit 2
  }
done
fuzz/seed.sh
alone=()
[ ${#targets[@]} -ne 1 ] || alone=("${targets[0]}")
scripts/step.sh "build ${alone[*]:-all fuzz targets}" cargo fuzz build --sanitizer "$sanitizer" ${alone[@]+"${alone[@]}"}

failed=()
for target in "${targets[@]}"; do
  limits=("-max_total_time=$seconds" -timeout=25 -rss_limit_mb=3000 -verbosity=0 -print_final_stats=1)
  words=fuzz/corpus/$target.dict
  [ ! -f "$words" ] || limits+=("-dict=$words")
  scripts/step.sh "fuzz $target" cargo fuzz run --sanitizer "$sanitizer" "$target" -- "${limits[@]}" </dev/null ||
    failed+=("$target")
done

echo
if [ ${#failed[@]} -gt 0 ]; then
  echo "fuzz: ${#failed[@]} of ${#targets[@]} targets failed: ${failed[*]}. What one failed at is in fuzz/artifacts/TARGET/: make it a test's fixture." >&2
  exit 1
fi
echo "fuzz: ${#targets[@]} targets for $seconds s each, none failed; in all: $SECONDS s"
