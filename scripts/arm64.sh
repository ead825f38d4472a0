#!/bin/sh
# Executes the arm64 machine code for real, on a machine that is not arm64: the ffi tests and the
# echo sample, under the arm64 Bun and Deno of package.json, which qemu emulates.
#
#   sh scripts/arm64.sh
#
# Bun and Deno come from npm; libuv and what the three need from the distribution's own packages,
# unpacked into a folder that qemu shows to them as their root (-L). The package manager keeps its
# lists and packages in that folder too: the machine's own architectures stay what they are. All is
# kept in .cache/arm64. What cannot be had makes the script print `skipped: ...` and pass.
#
# Neither runtime needs a flag here. Their just-in-time compilers run, emulated; FFI and callbacks
# in both runtimes are compiled code, so turning them off (BUN_JSC_useJIT=0, --v8-flags=--jitless)
# would test something else. qemu-user lacks io_uring and, in 7.2, pidfd_open: nothing in the ffi
# tests misses them, libuv 1.44 knows neither. A process that is spawned runs natively.
. "$(dirname "$0")/setup.sh" # sees no arguments; sets -eu, and goes to the root

CACHE=$PWD/.cache/arm64
ROOT=$CACHE/root
PACKAGES="libc6 libgcc-s1 libstdc++6 libuv1"
# Each at least five times what it takes on two slow cores.
DOWNLOAD_SECONDS=300
SUITE_SECONDS=600
SAMPLE_SECONDS=60
CLIENT_SECONDS=30

skip() {
  echo "skipped: arm64: $*"
  exit 0
}

# ---- qemu ----

find_qemu() { command -v qemu-aarch64-static || command -v qemu-aarch64; }

# ---- Debian packages of another architecture ----

# apt-get with a private state, in which the machine is an arm64 one where nothing is installed.
apt_arm64() {
  timeout "$DOWNLOAD_SECONDS" apt-get -q \
    -o APT::Architecture=arm64 -o APT::Architectures= -o APT::Architectures::=arm64 \
    -o Dir::State="$CACHE/apt" -o Dir::State::status="$CACHE/apt/status" \
    -o Dir::Cache="$CACHE/apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User="" "$@"
}

# Ubuntu keeps arm64 on a server of its own; Debian's serves every architecture.
write_ubuntu_sources() {
  (
    . /etc/os-release
    [ "$ID" = ubuntu ] || exit 0
    keys=/usr/share/keyrings/ubuntu-archive-keyring.gpg
    for suite in "$VERSION_CODENAME" "$VERSION_CODENAME-updates"; do
      echo "deb [signed-by=$keys] http://ports.ubuntu.com/ubuntu-ports $suite main universe"
    done >"$CACHE/apt/sources.list"
  )
}

make_root() {
  [ -e "$ROOT/complete" ] && return
  rm -rf "$CACHE/apt" "$CACHE/debs" "$ROOT"
  mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial" "$CACHE/debs" "$ROOT"
  : >"$CACHE/apt/status"
  write_ubuntu_sources
  set --
  if [ -e "$CACHE/apt/sources.list" ]; then
    set -- -o Dir::Etc::sourcelist="$CACHE/apt/sources.list" -o Dir::Etc::sourceparts=-
  fi
  quietly apt_arm64 "$@" update || say "apt-get update had errors" # of other sources, perhaps
  (cd "$CACHE/debs" && quietly apt_arm64 "$@" download $PACKAGES) || return 1
  for deb in "$CACHE/debs"/*.deb; do dpkg-deb -x "$deb" "$ROOT" || return 1; done
  : >"$ROOT/complete"
}

# ---- Bun and Deno ----

pinned() { sed -n "s/^ *\"$1\": \"\([0-9.]*\)\".*/\1/p" package.json; }

# Unpacks an npm package into a folder named after its version: fetch NAME VERSION.
fetch() {
  directory=$CACHE/npm/$1@$2
  [ -e "$directory/package.json" ] && return
  mkdir -p "$CACHE/npm/tmp"
  rm -rf "$CACHE/npm/tmp"/*
  if has npm; then
    (cd "$CACHE/npm/tmp" && quietly timeout "$DOWNLOAD_SECONDS" npm pack --silent "$1@$2" &&
      tar -xzf ./*.tgz) || return 1
  else
    [ -n "$ROTOR_BUN" ] || return 1
    echo '{}' >"$CACHE/npm/tmp/package.json"
    (cd "$CACHE/npm/tmp" && quietly timeout "$DOWNLOAD_SECONDS" \
      "$ROTOR_BUN" add --cpu=arm64 --os=linux --ignore-scripts "$1@$2" &&
      mv "node_modules/$1" package) || return 1
  fi
  mkdir -p "${directory%/*}"
  mv "$CACHE/npm/tmp/package" "$directory"
}

# ---- What is run ----

# Runs an arm64 program, for so many seconds at most.
emulate() {
  seconds=$1
  shift
  # The tests that start the runtime anew, or build a library for it, must do so for arm64 too.
  ROTOR_EMULATOR="$QEMU -L $ROOT" ROTOR_CC=aarch64-linux-gnu-gcc \
    timeout -k 5 "$seconds" "$QEMU" -L "$ROOT" "$@"
}

failures=0

# check WHAT COMMAND...: runs it, and shows its output if it fails.
check() {
  what=$1
  began=$(date +%s)
  shift
  if output=$("$@" 2>&1 </dev/null); then
    echo "ok: arm64: $what ($(($(date +%s) - began)) s)"
    return
  else
    status=$?
  fi
  printf '%s\n' "$output"
  echo "FAILED: arm64: $what: exit code $status"
  failures=$((failures + 1))
}

# Writes 26 KB to the server and expects them back.
CLIENT='
import { connect } from "node:net";
const [port, sent] = [Number(process.env.ECHO_PORT), "hello\narm64 ".repeat(2000)];
const socket = connect(port, "127.0.0.1", () => socket.write(sent));
let received = "";
socket.setEncoding("utf8").on("data", (text) => {
  received += text;
  if (received.length >= sent.length) socket.end();
});
socket.on("error", (error) => { console.error(error.message); process.exit(1); });
socket.on("close", () => {
  if (received === sent) process.exit(0);
  console.error(`got ${received.length} of ${sent.length} bytes, or others`);
  process.exit(1);
});
'

# Runs a script natively.
host_runtime() {
  if [ -n "$ROTOR_BUN" ]; then set -- "$ROTOR_BUN" -e "$1"; else set -- "$ROTOR_DENO" eval "$1"; fi
  timeout "$CLIENT_SECONDS" "$@"
}

# A port that was free a moment ago.
free_port() {
  host_runtime 'import { createServer } from "node:net";
    const server = createServer().listen(0, "127.0.0.1", () => {
      console.log(server.address().port);
      server.close();
    });'
}

# echo_sample COMMAND...: starts the sample, sends bytes, compares, ends it with SIGTERM.
echo_sample() {
  ECHO_PORT=$(free_port)
  export ECHO_PORT
  log=$CACHE/echo.log
  # Not by `emulate`: the signal must reach qemu itself, which hands it to the sample.
  timeout -k 5 "$SAMPLE_SECONDS" "$QEMU" -L "$ROOT" "$@" samples/tcp_echo.ts "$ECHO_PORT" \
    >"$log" 2>&1 &
  server=$!
  until grep -q "listening on 127.0.0.1:$ECHO_PORT" "$log"; do
    kill -0 "$server" 2>/dev/null || { cat "$log"; return 1; } # ended, or out of time
    sleep 0.2
  done
  result=0
  host_runtime "$CLIENT" || result=1
  kill -TERM "$server" # timeout passes it on
  status=0
  wait "$server" || status=$?
  cat "$log"
  [ "$status" = 0 ] || echo "the sample ended with $status after SIGTERM"
  [ "$result" = 0 ] && [ "$status" = 0 ]
}

# ---- Main ----

[ "$(uname -s)" = Linux ] || skip "only Linux emulates Linux"
case $(uname -m) in aarch64 | arm64) skip "this machine is one: its own tests run the code" ;; esac
has apt-get && has dpkg-deb || skip "only Debian and Ubuntu have what it takes: no apt-get"

mkdir -p "$CACHE"
QEMU=$(find_qemu) || {
  [ "$(package_manager)" = apt-get ] || skip "qemu-aarch64 is missing, and we may not install it"
  say "installing qemu-user-static with apt-get"
  apt_install qemu-user-static || skip "qemu-user-static could not be installed"
  QEMU=$(find_qemu) || skip "qemu-user-static has no qemu-aarch64"
}
make_root || skip "the arm64 packages $PACKAGES could not be had"
fetch @oven/bun-linux-aarch64 "$(pinned bun)" || skip "Bun for arm64 could not be had from npm"
fetch @deno/linux-arm64-glibc "$(pinned deno)" || skip "Deno for arm64 could not be had from npm"
BUN=$CACHE/npm/@oven/bun-linux-aarch64@$(pinned bun)/bin/bun
DENO=$CACHE/npm/@deno/linux-arm64-glibc@$(pinned deno)/deno
chmod +x "$BUN" "$DENO"
export DENO_DIR="$CACHE/deno" DENO_NO_UPDATE_CHECK=1

check "ffi tests, Bun $(pinned bun)" emulate "$SUITE_SECONDS" "$BUN" test test/ffi
# Deno starts anew for each file of tests, in about ten seconds here: it is given one that has all.
# For the same reason it leaves out the tests that start it in another process; Bun runs them.
ALL=$CACHE/all_ffi_test.ts
for file in test/ffi/*_test.ts; do echo "import \"$PWD/$file\";"; done >"$ALL"
export ROTOR_CHILDREN=none
check "ffi tests, Deno $(pinned deno)" emulate "$SUITE_SECONDS" "$DENO" test -A --no-check "$ALL"
if [ -e samples/tcp_echo.ts ]; then
  check "echo sample, Bun $(pinned bun)" echo_sample "$BUN"
  check "echo sample, Deno $(pinned deno)" echo_sample "$DENO" run -A --no-check
else
  echo "skipped: arm64: there is no samples/tcp_echo.ts"
fi

[ "$failures" = 0 ]
