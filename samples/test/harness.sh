# What all files of this folder use: samples that run, processes, results. $runtime is `bun` or
# `deno`, $folder a directory of this run.

limit=${ROTOR_SAMPLE_SECONDS:-30}
passed=0
failed=0
processes=
folder=$(mktemp -d)
trap cleanup EXIT
trap 'exit 130' INT TERM

cleanup() {
  for child in $processes; do kill -9 "$child" 2>/dev/null || true; done
  rm -rf "$folder"
}

# ---- Running ----

# The permissions of a sample are in its head: ` *     deno run --allow-ffi samples/NAME.ts`.
permissions() { sed -n 's|^ \*  *deno run \(.*\) samples/.*|\1|p' "samples/$1.ts" | head -n 1; }

# sample NAME [ARGUMENT...]: becomes the sample, behind the words of $prefix.
sample() {
  name=$1
  shift
  echo "$name" >>"$folder/tested"
  # shellcheck disable=SC2046 # permissions are several words
  case $runtime in
    bun) set -- "$ROTOR_BUN" "samples/$name.ts" "$@" ;;
    deno) set -- "$ROTOR_DENO" run $(permissions "$name") "samples/$name.ts" "$@" ;;
  esac
  exec ${prefix-} "$@"
}

# Runs a sample for no longer than the limit.
bounded() { (prefix="timeout -k 1 $limit" && sample "$@"); }

# Runs a script of the runtime, with its own modules, for no longer than the limit.
evaluate() {
  case $runtime in
    bun) timeout -k 1 "$limit" "$ROTOR_BUN" -e "$1" ;;
    deno) timeout -k 1 "$limit" "$ROTOR_DENO" eval "$1" ;;
  esac </dev/null
}

# ---- Results ----

pass() {
  passed=$((passed + 1))
  printf 'ok    %-4s  %s\n' "$runtime" "$1"
}

# fail TITLE WHY: shows what the sample printed besides.
fail() {
  failed=$((failed + 1))
  printf 'FAIL  %-4s  %s: %s\n' "$runtime" "$1" "$2"
  for file in difference errors stderr; do
    if [ -s "$folder/$file" ]; then head -n 20 "$folder/$file" | sed 's/^/      /'; fi
  done
  rm -f "$folder/difference" "$folder/errors"
  : >"$folder/stderr" # a server may write to it
}

# skip NAME WHY: this machine lacks what the sample needs.
skip() {
  echo "$1" >>"$folder/tested"
  printf 'skip  %-4s  %s: %s\n' "$runtime" "$1" "$2"
}

# verdict TITLE CODE EXPECTED: judges $folder/stdout.
verdict() {
  if [ "$2" = 124 ]; then fail "$1" "still running after $limit s"
  elif [ "$2" != 0 ]; then fail "$1" "exit code $2"
  elif ! diff "$3" "$folder/stdout" >"$folder/difference" 2>&1; then
    fail "$1" "other output than expected (>)"
  else pass "$1"
  fi
}

# prints TITLE EXPECTED NAME [ARGUMENT...]: runs a sample by itself.
prints() {
  title=$1 expected=$2
  shift 2
  code=0
  bounded "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null || code=$?
  verdict "$title" "$code" "$expected"
}

# matches PATTERN NAME [ARGUMENT...]: runs a sample by itself; a line of it must match.
matches() {
  pattern=$1
  shift
  code=0
  bounded "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null || code=$?
  if [ "$code" != 0 ]; then fail "$1" "exit code $code"
  elif ! grep -Eq "$pattern" "$folder/stdout"; then fail "$1" "no line is $pattern"
  else pass "$1"
  fi
}

# Each sample has a head that says how it is run; some file here must have run it.
all_are_tested() {
  for file in samples/*.ts; do
    name=$(basename "$file" .ts)
    if [ -z "$(permissions "$name")" ] || grep -qx "$name" "$folder/tested"; then continue; fi
    fail "$name" "nothing runs it: it needs samples/expected/$name.txt, or a file in samples/test"
  done
}

# ---- Processes ----

# Runs a command ten times a second until it succeeds, for no longer than the limit.
await() {
  tries=$((limit * 10))
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

# has_line NAME PATTERN: has the sample, the last that was started, printed a line like this? One
# that has ended will not.
has_line() { grep -q "$2" "$folder/$1" || has_ended "$process"; }

# start NAME [ARGUMENT...]: sets `process`; what it prints goes to $folder/NAME.
start() {
  : >"$folder/$1" # what the one before has printed is not ours
  sample "$@" >"$folder/$1" 2>"$folder/stderr" </dev/null &
  process=$!
  processes="$processes $process"
}

# start_server NAME [ARGUMENT...]: sets `process` and `port`.
start_server() {
  start "$@"
  await has_line "$1" '^listening on 127.0.0.1:[0-9]' || true
  port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\)$/\1/p' "$folder/$1")
  if [ -n "$port" ]; then return; fi
  fail "$1" "it does not listen"
  kill -9 "$process" 2>/dev/null || true
  forget "$process" || true
  return 1
}

# Collects a process that has ended; its exit code is that of this.
forget() {
  processes=$(echo "$processes" | sed "s/ $1\$//; s/ $1 / /")
  wait "$1"
}

# stop TITLE PROCESS SIGNAL
stop() {
  kill -s "$3" "$2" 2>/dev/null || true # one that has ended is found out below
  await has_ended "$2" || kill -9 "$2"
  code=0
  forget "$2" || code=$?
  if [ "$code" != 0 ]; then fail "$1, ended by SIG$3" "exit code $code"
  elif [ -s "$folder/stderr" ]; then fail "$1, ended by SIG$3" "it has complained"
  else pass "$1, ended by SIG$3"
  fi
}

# ---- Clients ----

# telnet_pipe TITLE PORT EXPECTED: sends its input, from a pipe, and judges what comes back.
telnet_pipe() {
  code=0
  # shellcheck disable=SC2002 # the input has to be a pipe
  cat | bounded telnet 127.0.0.1 "$2" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "$1" "$code" "$3"
}

# The same, from a file.
telnet_file() {
  code=0
  bounded telnet 127.0.0.1 "$2" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "$1" "$code" "$3"
}
