#!/usr/bin/env bash
# step.sh NAME CMD...: runs CMD under a heading, says how long it took, and returns its status.
set -euo pipefail

name=$1
shift
printf '\n==> %s\n' "$name"
status=0
"$@" || status=$?
if [ "$status" -eq 0 ]; then
  printf '    %s: ok, %d s\n' "$name" "$SECONDS"
else
  printf '    %s: FAILED (status %d), %d s\n' "$name" "$status" "$SECONDS" >&2
fi
exit "$status"
