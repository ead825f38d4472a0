#!/bin/sh
# Runs every sample under Bun and Deno, and compares what it prints with samples/expected:
#
#   sh samples/test.sh
#
# `expected/NAME.txt` is the output of NAME.ts, `expected/NAME--FLAG.txt` that of `NAME.ts --FLAG`.
# Deno gets just the permissions that the comment at the head of the sample states. The runtimes
# are those of ROTOR_BUN and ROTOR_DENO (empty: none); if neither is set, scripts/setup.sh finds
# them. A line for each sample and runtime, then `N passed, N failed`; exit code 1 if any failed.
set -eu
if [ -z "${ROTOR_BUN+set}${ROTOR_DENO+set}" ]; then . "$(dirname "$0")/../scripts/setup.sh"; fi
cd "$(dirname "$0")/.."

limit=${ROTOR_SAMPLE_SECONDS:-30}
passed=0
failed=0
server=
folder=$(mktemp -d)
trap cleanup EXIT
trap 'exit 130' INT TERM

cleanup() {
  if [ -n "$server" ]; then kill -9 "$server" 2>/dev/null || true; fi
  rm -rf "$folder"
}

# ---- The runtimes ----

# The permissions of a sample are in its head: ` *     deno run --allow-ffi samples/NAME.ts`.
permissions() { sed -n 's|^ \*  *deno run \(.*\) samples/.*|\1|p' "samples/$1.ts" | head -n 1; }

# sample RUNTIME NAME [ARGUMENT...]: becomes the sample, so that its process is ours.
sample() {
  runtime=$1 name=$2
  shift 2
  # shellcheck disable=SC2046 # permissions are several words
  case $runtime in
    bun) set -- "$ROTOR_BUN" "samples/$name.ts" "$@" ;;
    deno) set -- "$ROTOR_DENO" run $(permissions "$name") "samples/$name.ts" "$@" ;;
  esac
  exec ${prefix-} "$@"
}

# Runs a sample for no longer than the limit.
bounded() { (prefix="timeout -k 1 $limit" && sample "$@"); }

# ---- Results ----

pass() {
  passed=$((passed + 1))
  printf 'ok    %-4s  %s\n' "$1" "$2"
}

# fail RUNTIME TITLE WHY: shows what the sample printed besides.
fail() {
  failed=$((failed + 1))
  printf 'FAIL  %-4s  %s: %s\n' "$1" "$2" "$3"
  for file in difference stderr; do
    if [ -s "$folder/$file" ]; then sed 's/^/      /' "$folder/$file"; fi
  done
  rm -f "$folder/difference" "$folder/stderr"
}

# verdict RUNTIME TITLE CODE EXPECTED: judges $folder/stdout.
verdict() {
  if [ "$3" = 124 ]; then fail "$1" "$2" "still running after $limit s"
  elif [ "$3" != 0 ]; then fail "$1" "$2" "exit code $3"
  elif ! diff "$4" "$folder/stdout" >"$folder/difference" 2>&1; then
    fail "$1" "$2" "other output than expected (>)"
  else pass "$1" "$2"
  fi
}

# ---- Samples that run by themselves ----

test_output() {
  name=$(basename "$2" .txt)
  flag=${name#"${name%%--*}"}
  code=0
  # shellcheck disable=SC2086 # no flag is no argument
  bounded "$1" "${name%%--*}" $flag >"$folder/stdout" 2>"$folder/stderr" </dev/null || code=$?
  verdict "$1" "${name%%--*}${flag:+ $flag}" "$code" "$2"
}

# ---- The echo server, and telnet against it ----

# Runs a command ten times a second until it succeeds, for no longer than the limit.
await() {
  tries=$((limit * 10))
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

has_ended() { ! kill -0 "$server" 2>/dev/null; }
has_port() { grep -q '^listening on 127.0.0.1:[0-9]' "$folder/server" || has_ended; }

start_server() {
  : >"$folder/server" # the port of the one before is not ours
  sample "$1" tcp_echo 0 >"$folder/server" 2>"$folder/stderr" </dev/null &
  server=$!
  await has_port || true
  port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\)$/\1/p' "$folder/server")
  if [ -n "$port" ]; then return; fi
  fail "$1" tcp_echo "it does not listen"
  kill -9 "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
  return 1
}

stop_server() {
  kill -s "$2" "$server"
  await has_ended || kill -9 "$server"
  code=0
  wait "$server" || code=$?
  server=
  if [ "$code" = 0 ]; then pass "$1" "tcp_echo, ended by SIG$2"
  else fail "$1" "tcp_echo, ended by SIG$2" "exit code $code"
  fi
}

test_telnet_pipe() {
  code=0
  # shellcheck disable=SC2002 # the input has to be a pipe
  cat "$folder/lines" | bounded "$1" telnet 127.0.0.1 "$port" \
    >"$folder/stdout" 2>"$folder/stderr" || code=$?
  verdict "$1" "telnet, input from a pipe" "$code" "$folder/lines"
}

test_telnet_file() {
  code=0
  bounded "$1" telnet 127.0.0.1 "$port" \
    <"$folder/lines" >"$folder/stdout" 2>"$folder/stderr" || code=$?
  verdict "$1" "telnet, input from a file" "$code" "$folder/lines"
}

test_echo() {
  start_server "$1" || return 0
  test_telnet_pipe "$1"
  test_telnet_file "$1"
  stop_server "$1" TERM
  start_server "$1" || return 0
  stop_server "$1" INT
}

# ---- Main ----

# Has each sample that can be run by itself its expected output?
test_complete() {
  for file in samples/*.ts; do
    name=$(basename "$file" .ts)
    case $name in tcp_echo | telnet) continue ;; esac
    if [ -z "$(permissions "$name")" ] || [ -e "samples/expected/$name.txt" ]; then continue; fi
    fail - "$name" "samples/expected/$name.txt is missing"
  done
}

seq 1 100000 >"$folder/lines"
test_complete
for runtime in bun deno; do
  case $runtime in bun) path=${ROTOR_BUN:-} ;; deno) path=${ROTOR_DENO:-} ;; esac
  if [ -z "$path" ]; then
    echo "skip  $runtime  there is none"
    continue
  fi
  for expected in samples/expected/*.txt; do test_output "$runtime" "$expected"; done
  test_echo "$runtime"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
