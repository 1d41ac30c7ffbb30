#!/usr/bin/env bash
# tidy.sh: the repository's own rules that no compiler checks, in about a second. Each failure says what to do.
# Looks at every file that is tracked or could be: not at what .gitignore names.
set -euo pipefail

cd "$(dirname "$0")/.."

max_lines=600
max_bytes=400000
# Made by a program, so as long as they come.
generated=(web/src/api/schema.ts)
# The few large files that are worth their weight: pictures in the documentation.
large_allowed=(docs/images/*)

found=$(mktemp)
trap 'rm -f "$found"' EXIT
failures=0
# fail WHAT-TO-DO: what is wrong comes on standard input, one finding a line; no line, no failure.
fail() {
  local findings
  findings=$(cat)
  [ -n "$findings" ] || return 0
  printf '%s\n' "$findings" | sed 's/^/  /' >&2
  printf '^ %s\n\n' "$1" >&2
  failures=$((failures + 1))
}

one_of() {
  local wanted=$1 each
  shift
  for each; do
    [ "$each" != "$wanted" ] || return 0
  done
  return 1
}

# grep_files PATTERN PATHSPEC...: file:line:text of each match. No match is no error; a broken pattern is.
grep_files() {
  local status=0
  git grep -nIE --untracked -e "$1" -- "${@:2}" >"$found" || status=$?
  cut -c 1-180 "$found"
  [ "$status" -le 1 ] || echo "git grep itself failed (status $status): this rule was not checked"
}

files=()
while IFS= read -r -d '' file; do
  [ ! -f "$file" ] || files+=("$file") # a deleted file is listed until the deletion is committed
done < <(git ls-files -z --cached --others --exclude-standard)
[ ${#files[@]} -gt 0 ] || {
  echo "tidy.sh: no file found; is this the repository?" >&2
  exit 1
}

fail "Begin the file with //! and a sentence or two: what this module is for." < <(
  for file in "${files[@]}"; do
    case $file in
      */fixtures/*) continue ;;
      crates/*/src/*.rs | bench/src/*.rs) ;;
      *) continue ;;
    esac
    IFS= read -r line <"$file" || true
    [[ $line == '//!'* ]] || printf '%s\n' "$file"
  done
)

fail "Over $max_lines lines: split it where its subjects part." < <(
  for file in "${files[@]}"; do
    case $file in
      *.rs | *.ts | *.tsx) one_of "$file" "${generated[@]}" || printf '%s\0' "$file" ;;
    esac
  done | xargs -0 wc -l | awk -v max="$max_lines" '$1 > max && $2 != "total" { lines = $1; $1 = ""; print substr($0, 2) ": " lines " lines" }'
)

fail "Over $max_bytes bytes: make it smaller, make it in the test, or name it in scripts/tidy.sh with a reason." < <(
  for file in "${files[@]}"; do
    case $file in
      Cargo.lock | */Cargo.lock | package-lock.json | */package-lock.json) ;;
      *) one_of "$file" "${large_allowed[@]}" || printf '%s\0' "$file" ;;
    esac
  done | xargs -0 wc -c | awk -v max="$max_bytes" '$1 > max && $2 != "total" { bytes = $1; $1 = ""; print substr($0, 2) ": " bytes " bytes" }'
)

# Patterns are written so that they do not match themselves.
code=('*.rs' '*.ts' '*.tsx' '*.js' '*.mjs' '*.css' '*.sql' '*.sh' '*.toml' '*.yml' '*.yaml' Makefile .ci)
made_up=(':!**/fixtures/**' ':!**/snapshots/**') # inputs and recorded outputs of tests: other people's text

fail "Finish it, or open an issue and remove the note: what is merged is done." < <(
  grep_files '\b(TO[D]O|FIX[M]E)\b|\bto[d]o!\(|#\[ignor[e]' "${code[@]}" "${made_up[@]}"
)

fail "Remove .only: it switches off every other test of its file." < <(
  grep_files '\b(test|it|describe|suite)(\.[a-z]+)*\.onl[y]\(' '*.ts' '*.tsx' '*.js' '*.mjs'
)

# What reads hosts, and what tests it, speaks of such paths by trade.
fail "A path of somebody's machine: use a relative path, or a made-up one such as /srv/example." < <(
  grep_files '(^|[^A-Za-z0-9_.-])/([r]oot|[h]ome/[a-z]+)/' . ':!crates/discover' ':!crates/assess' ':!crates/graph/src/rbac' ':!**/tests/**' "${made_up[@]}"
)

fail "The prose names a path that is not there: correct it, from the repository's root." < <(
  for page in README.md ARCHITECTURE.md CONTRIBUTING.md; do
    [ -f "$page" ] || continue
    # `like/this.rs` or `like/this/`; not `crates/<name>/` nor `*.rs`, which stand for many.
    # shellcheck disable=SC2016 # backticks are what is looked for
    { grep -noE '`[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]*`' "$page" || true; } | tr -d '`' |
      while IFS=: read -r line path; do
        case $path in
          */ | *.rs | *.ts | *.tsx | *.js | *.mjs | *.css | *.html | *.sql | *.sh | *.toml | *.md | *.json | *.yml | *.yaml) ;;
          *) continue ;;
        esac
        # What a build makes is not there before the build.
        [ -e "$path" ] || git check-ignore -q --no-index "$path" || printf '%s:%s: %s\n' "$page" "$line" "$path"
      done
  done
)

if [ "$failures" -gt 0 ]; then
  echo "tidy: $failures kind(s) of finding, above" >&2
  exit 1
fi
echo "tidy: ${#files[@]} files, nothing to do"
