#!/bin/sh
# Runs the suite over a newer libuv than the system's, in both runtimes:
#
#   sh scripts/newer_libuv.sh [TEST...]      # folders or files; by default all that reaches libuv
#
# Its source comes from a later release of Debian, whose own packages would need a newer libc; it is
# built with this machine's compiler. The package manager keeps its lists in the cache folder too.
# All is kept in .cache/newer_libuv. What cannot be had makes the script print `skipped: ...`, and
# pass.
. "$(dirname "$0")/setup.sh" # goes to the root

CACHE=$PWD/.cache/newer_libuv
RELEASE=trixie
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
DOWNLOAD_SECONDS=300
SUITE_SECONDS=900

skip() {
  echo "skipped: newer libuv: $*"
  exit 0
}

# apt-get with a state of its own, which knows the sources of that release only.
apt_release() {
  timeout "$DOWNLOAD_SECONDS" apt-get -q \
    -o Dir::State="$CACHE/apt" -o Dir::State::status="$CACHE/apt/status" \
    -o Dir::Cache="$CACHE/apt/cache" -o Dir::Etc::sourcelist="$CACHE/apt/sources.list" \
    -o Dir::Etc::sourceparts=- -o Debug::NoLocking=1 -o APT::Sandbox::User="" "$@"
}

download() {
  rm -rf "$CACHE/apt" "$CACHE/source"
  mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial" "$CACHE/source"
  : >"$CACHE/apt/status"
  echo "deb-src [signed-by=$KEYS] http://deb.debian.org/debian $RELEASE main" \
    >"$CACHE/apt/sources.list"
  quietly apt_release update || return 1
  (cd "$CACHE/source" && quietly apt_release --download-only source libuv1 &&
    tar -xzf libuv1_*.orig.tar.gz --strip-components=1)
}

# The files and flags are those of libuv's own CMakeLists.txt for Linux.
build() {
  cd "$CACHE/source"
  unix=
  for name in async core dl fs getaddrinfo getnameinfo linux loop loop-watcher pipe poll process \
    procfs-exepath proctitle random-devurandom random-getrandom random-sysctl-linux signal stream \
    tcp thread tty udp; do
    unix="$unix src/unix/$name.c"
  done
  # shellcheck disable=SC2086 # several files
  cc -O2 -fPIC -shared -fvisibility=hidden -DBUILDING_UV_SHARED=1 -D_GNU_SOURCE \
    -D_FILE_OFFSET_BITS=64 -D_LARGEFILE_SOURCE -Iinclude -Isrc -Wl,-soname,libuv.so.1 \
    -o "$CACHE/libuv.so.1" src/*.c $unix -lpthread -ldl -lrt
}

# suite WHAT COMMAND...
suite() {
  what=$1
  began=$(date +%s)
  shift
  if output=$(ROTOR_UV_LIBRARY="$CACHE/libuv.so.1" timeout "$SUITE_SECONDS" "$@" 2>&1 </dev/null)
  then
    echo "ok: newer libuv: $what ($(($(date +%s) - began)) s)"
    return
  fi
  printf '%s\n' "$output"
  echo "FAILED: newer libuv: $what"
  failures=$((failures + 1))
}

[ "$(uname -s)" = Linux ] || skip "the build is Linux'"
has apt-get && [ -e "$KEYS" ] || skip "only Debian has what it takes"
has cc || skip "there is no C compiler"
if ! [ -e "$CACHE/libuv.so.1" ]; then
  download || skip "the source could not be had"
  (quietly build) || skip "it could not be built"
fi

failures=0
[ $# -gt 0 ] ||
  set -- test/ffi test/handle test/loop test/request test/stream test/system test/thread
[ -z "$ROTOR_BUN" ] || suite Bun "$ROTOR_BUN" test "$@"
[ -z "$ROTOR_DENO" ] || suite Deno "$ROTOR_DENO" test -A --no-check "$@"
[ "$failures" = 0 ]
