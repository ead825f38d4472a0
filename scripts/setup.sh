#!/bin/sh
# Makes a fresh machine ready: the npm packages, a Bun and a Deno, the system's libuv. It needs any
# one of npm, Bun and Deno, and is quick when nothing is missing. `--dev` also gets a C compiler,
# uv.h and redis-server, where apt-get is there to do it; `--bench` a C compiler, uv.h and liburing.
#
# Run it by itself, or source it as with_runtime.sh does: it exports ROTOR_BUN and ROTOR_DENO, the
# absolute paths of the two runtimes, empty where the machine has no such runtime. Set beforehand,
# they override the search.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command quietly; its output is shown only if it fails.
quietly() {
  output=$("$@" 2>&1 </dev/null) && return
  printf '%s\n' "$output" >&2
  return 1
}

# ---- npm packages ----

# package.json pins exact versions, so they alone tell whether node_modules is older than the lock.
packages_are_current() {
  sed -n '/"devDependencies"/,/}/s/^ *"\(.*\)": "\([0-9].*\)".*/\1 \2/p' package.json |
    while read -r name version; do
      grep -q "\"version\": \"$version\"" "node_modules/$name/package.json" 2>/dev/null || exit 1
    done
}

# A runtime that was called by its path is not on PATH, but it is our parent.
parent_named() {
  parent=$(readlink "/proc/$PPID/exe" 2>/dev/null) || return 1
  case ${parent##*/} in "$1" | "$1.exe") echo "$parent" ;; *) return 1 ;; esac
}

tool() { command -v "$1" || parent_named "$1"; }

install_packages() {
  if has node && has npm; then
    say "installing npm packages with npm"
    quietly npm ci --include=dev --no-audit --no-fund
  elif bun=$(tool bun); then
    say "installing npm packages with Bun"
    quietly "$bun" install --frozen-lockfile
  elif deno=$(tool deno); then
    say "installing npm packages with Deno"
    quietly "$deno" install --frozen
  else
    die "found neither npm nor bun nor deno: install one of them"
  fi
}

# ---- Bun and Deno ----

# The packages' own entry points are placeholders until a postinstall script has run, which many
# machines forbid: the binary in the package of the platform is always real. Of several (glibc and
# musl), the one that runs is ours.
first_that_runs() {
  for candidate in "$@"; do
    case $candidate in /*) ;; *) candidate=$PWD/$candidate ;; esac
    [ -f "$candidate" ] && "$candidate" --version >/dev/null 2>&1 || continue
    echo "$candidate"
    return
  done
}

find_bun() {
  first_that_runs ${ROTOR_BUN:+"$ROTOR_BUN"} node_modules/bun/bin/bun.exe \
    node_modules/@oven/bun-*/bin/bun "$(tool bun)"
}

find_deno() {
  first_that_runs ${ROTOR_DENO:+"$ROTOR_DENO"} node_modules/@deno/*/deno node_modules/deno/deno \
    "$(tool deno)"
}

# ---- libuv ----

has_libuv() {
  [ -n "${ROTOR_UV_LIBRARY:-}" ] && return
  PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -q 'libuv\.so\.1 ' && return
  for directory in /lib /lib64 /usr/lib /usr/lib64 /usr/lib/*-linux-* /usr/local/lib /opt/*/lib; do
    [ -e "$directory/libuv.so.1" ] || [ -e "$directory/libuv.1.dylib" ] || continue
    return 0
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

# The package manager that we may use, if any; brew wants no root.
package_manager() {
  for manager in apt-get dnf apk pacman; do
    has "$manager" && may_be_root || continue
    echo "$manager"
    return
  done
  if has brew; then echo brew; fi
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  set -- apt-get install -y -q --no-install-recommends "$@"
  as_root "$@" >/dev/null 2>&1 </dev/null && return
  as_root apt-get update -q >/dev/null 2>&1 </dev/null || say "apt-get update had errors"
  quietly as_root "$@"
}

install_libuv() {
  manager=$(package_manager)
  [ -n "$manager" ] || return 1
  say "installing libuv with $manager"
  case $manager in
    apt-get) apt_install libuv1 ;;
    dnf) quietly as_root dnf install -y libuv ;;
    apk) quietly as_root apk add libuv ;;
    pacman) quietly as_root pacman -S --noconfirm libuv ;;
    brew) quietly brew install libuv ;;
  esac
}

# ---- What the checks against uv.h need, and programs in C ----

has_headers() { has gcc && [ -e /usr/include/uv.h ] && [ -e /usr/include/stdio.h ]; }

install_headers() {
  [ "$(package_manager)" = apt-get ] || return 1
  say "installing gcc, libc6-dev and libuv1-dev with apt-get"
  apt_install gcc libc6-dev libuv1-dev
}

# Takes what follows where there are none.
setup_headers() {
  has_headers || install_headers ||
    say "no gcc or no uv.h (Debian: gcc libc6-dev libuv1-dev): $1"
}

# ---- What the load program of the benches is quicker with ----

has_liburing() { [ -e /usr/include/liburing.h ]; }

install_liburing() {
  [ "$(package_manager)" = apt-get ] || return 1
  say "installing liburing-dev with apt-get"
  apt_install liburing-dev
}

# ---- What samples/redis_ping.ts is tested with ----

# The package starts a server at once and with each boot, where systemd runs: that is for the owner
# of the machine to decide, unless it is one of a CI service.
install_redis() {
  [ "$(package_manager)" = apt-get ] || return 1
  [ -n "${CI:-}" ] || [ ! -d /run/systemd/system ] || return 1
  say "installing redis-server with apt-get"
  apt_install redis-server
}

# ---- Main ----

packages_are_current || install_packages || die "the npm packages could not be installed"
ROTOR_BUN=$(find_bun)
ROTOR_DENO=$(find_deno)
export ROTOR_BUN ROTOR_DENO
[ -n "$ROTOR_BUN$ROTOR_DENO" ] || die "neither Bun nor Deno runs here: install one of them"
[ -n "$ROTOR_BUN" ] || say "no Bun runs here, going on with Deno alone"
[ -n "$ROTOR_DENO" ] || say "no Deno runs here, going on with Bun alone"

has_libuv || install_libuv ||
  die "libuv is missing: install it (Debian, Ubuntu: libuv1; Fedora, Alpine, Arch, brew: libuv)"

case ${1:-} in
  --dev)
    setup_headers "the layout checks will be skipped"
    has redis-server || install_redis ||
      say "no redis-server (Debian: redis-server): the test of redis_ping.ts will be skipped"
    ;;
  --bench)
    setup_headers "there will be nothing in C to compare with"
    has_liburing || install_liburing ||
      say "no liburing.h (Debian: liburing-dev): the load will take more of its CPU"
    ;;
esac

case $0 in
  *setup.sh) say "ready: bun ${ROTOR_BUN:-missing}, deno ${ROTOR_DENO:-missing}" ;;
esac
