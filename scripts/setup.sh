#!/usr/bin/env bash
# setup.sh [run|lint|test]: checks that what Bartizan is built with is here, and installs what is missing.
#
#   run    git, a C compiler, Rust, Node.js: to build and start Bartizan (the default)
#   lint   run, and rustfmt, clippy, shellcheck
#   test   run, and a PostgreSQL server and Chromium
#
# It installs Debian or Ubuntu packages, as root or where sudo asks for no password. Whatever else is missing
# it names, with the command that installs it, and fails. Run it as often as you like.
set -euo pipefail

min_rust=1.95
min_node=20.19
PATH=$PATH:$HOME/.cargo/bin # where rustup puts Rust, before a new shell knows
here=$(cd "$(dirname "$0")" && pwd)
goal=${1:-run}
case $goal in
  run | lint | test) ;;
  *)
    echo "usage: scripts/setup.sh [run|lint|test]" >&2
    exit 2
    ;;
esac

have() { command -v "$1" >/dev/null 2>&1; }

# at_least WANTED FOUND: is version FOUND at least WANTED? By major and minor.
at_least() {
  local wanted_major wanted_minor major minor
  IFS=. read -r wanted_major wanted_minor _ <<<"$1.0"
  IFS=. read -r major minor _ <<<"$2.0"
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
  [ "$major" -gt "$wanted_major" ] || { [ "$major" -eq "$wanted_major" ] && [ "$minor" -ge "$wanted_minor" ]; }
}

# Rust's version, and nothing when there is none (rustup without a toolchain has a rustc that only fails).
rust_version() { rustc --version 2>/dev/null | awk '{ print $2; exit }' || true; }
node_version() { node --version 2>/dev/null | sed 's/^v//' || true; }

has() {
  case $1 in
    cc) have cc && have c++ ;;
    rust) have cargo && at_least "$min_rust" "$(rust_version)" ;;
    node) at_least "$min_node" "$(node_version)" ;;
    rustfmt) cargo fmt --version >/dev/null 2>&1 ;;
    clippy) cargo clippy --version >/dev/null 2>&1 ;;
    postgres | chromium) "$here/find.sh" "$1" >/dev/null ;;
    *) have "$1" ;;
  esac
}

needs=(git cc rust node npm)
[ "$goal" != lint ] || needs+=(rustfmt clippy shellcheck)
[ "$goal" != test ] || needs+=(postgres chromium)

find_missing() {
  local need
  missing=()
  for need in "${needs[@]}"; do
    has "$need" || missing+=("$need")
  done
}

is_ubuntu() { grep -qs '^ID=ubuntu$' /etc/os-release; }

# The Debian packages that bring a need; nothing where there is none that will do.
packages_for() {
  case $1 in
    git) echo git ;;
    cc) echo build-essential pkg-config ;;
    rust) have rustup || echo rustup ;;
    node) echo nodejs ;;
    npm) echo npm ;;
    shellcheck) echo shellcheck ;;
    postgres) echo postgresql ;;
    chromium) is_ubuntu || echo chromium ;; # Ubuntu's package only points to a snap
  esac
}

# Would apt-get bring it, in a version that will do?
apt_offers() {
  local candidate
  # Debian's npm brings Debian's Node.js with it, so it will do only where that does.
  [ "$1" != npm ] || apt_offers nodejs || return 1
  candidate=$(apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }')
  [ -n "$candidate" ] && [ "$candidate" != "(none)" ] || return 1
  [ "$1" != nodejs ] || at_least "$min_node" "${candidate#*:}"
}

name_of() {
  case $1 in
    cc) echo "a C and C++ compiler" ;;
    postgres) echo "a PostgreSQL server" ;;
    chromium) echo "Chromium" ;;
    *) echo "$1" ;;
  esac
}

# A line for a person: what to type to get it.
advice_for() {
  local name packages
  name=$(name_of "$1")
  case $1 in
    rust)
      if have rustup; then
        echo "Rust $min_rust or newer:  rustup update stable && rustup default stable"
      else
        echo "Rust $min_rust or newer:  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
        have curl || echo "curl, for the line above:  sudo apt-get install curl (or your system's package manager)"
      fi
      return
      ;;
    rustfmt | clippy)
      ! has rust || echo "$1:  rustup component add $1" # a new Rust brings it
      return
      ;;
    node | npm)
      if ! have apt-get || ! apt_offers nodejs; then
        echo "Node.js $min_node or newer, with npm:  https://nodejs.org/en/download, or with nvm:  nvm install --lts"
        return
      fi
      ;;
    chromium)
      if is_ubuntu; then
        echo "$name:  sudo snap install chromium"
        return
      fi
      ;;
  esac
  packages=$(packages_for "$1")
  if have apt-get; then
    echo "$name:  sudo apt-get install $packages"
  elif have brew; then
    case $1 in
      cc) echo "$name:  xcode-select --install" ;;
      npm) echo "npm:  brew install node" ;;
      chromium) echo "$name:  brew install --cask chromium" ;;
      *) echo "$name:  brew install $packages" ;;
    esac
  else
    echo "$name:  with your system's package manager (Debian calls it: $packages)"
  fi
}

install_missing() {
  local need package root=() packages=()
  if [ "$(id -u)" -ne 0 ]; then
    have sudo && sudo -n true 2>/dev/null || return 0
    root=(sudo -n)
  fi
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  ${root[@]+"${root[@]}"} apt-get update -qq >"$log" 2>&1 || true # an old list may do
  # One need at a time: what one cannot have does not keep the others waiting.
  for need in "${missing[@]}"; do
    ! has "$need" || continue # an earlier one brought it
    read -r -a packages <<<"$(packages_for "$need")"
    for package in ${packages[@]+"${packages[@]}"}; do
      apt_offers "$package" || continue 2
    done
    [ ${#packages[@]} -gt 0 ] || continue
    echo "Installing Debian packages: ${packages[*]} (can take some minutes)"
    ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends "${packages[@]}" >"$log" 2>&1 </dev/null ||
      tail -n 20 "$log" >&2
    hash -r
  done
  # Debian's rustup brings no toolchain of its own.
  if have rustup && [ -z "$(rust_version)" ]; then
    echo "Installing the stable Rust toolchain with rustup"
    rustup default stable || true
  fi
}

find_missing
[ ${#missing[@]} -gt 0 ] || exit 0
if have apt-get; then
  install_missing
  find_missing
fi
[ ${#missing[@]} -gt 0 ] || exit 0

{
  echo "To go on, Bartizan needs what is not here. Install each, then run the same command again:"
  for need in "${missing[@]}"; do
    advice_for "$need"
  done | awk '!seen[$0]++ { print "  - " $0 }'
} >&2
exit 1
