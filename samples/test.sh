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
processes=
folder=$(mktemp -d)
trap cleanup EXIT
trap 'exit 130' INT TERM

cleanup() {
  for process in $processes; do kill -9 "$process" 2>/dev/null || true; done
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
  for file in difference errors stderr; do
    if [ -s "$folder/$file" ]; then head -n 20 "$folder/$file" | sed 's/^/      /'; fi
  done
  rm -f "$folder/difference" "$folder/errors"
  : >"$folder/stderr" # a server may write to it
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

# matches RUNTIME TITLE PATTERN NAME [ARGUMENT...]: runs a sample; a line that it prints must match.
matches() {
  runtime=$1 title=$2 pattern=$3
  shift 3
  code=0
  bounded "$runtime" "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null || code=$?
  if [ "$code" != 0 ]; then fail "$runtime" "$title" "exit code $code"
  elif ! grep -Eq "$pattern" "$folder/stdout"; then fail "$runtime" "$title" "no line is $pattern"
  else pass "$runtime" "$title"
  fi
}

test_system() {
  matches "$1" dns '^127\.0\.0\.1 is called .' dns 127.0.0.1
  matches "$1" sysinfo '^lo +127\.0\.0\.1 \(internal\)$' sysinfo
}

# ---- Servers ----

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
has_port() { grep -q '^listening on 127.0.0.1:[0-9]' "$folder/$1" || has_ended "$2"; }

# start RUNTIME NAME [ARGUMENT...]: sets `process`; what it prints goes to $folder/NAME.
start() {
  : >"$folder/$2" # what the one before has printed is not ours
  sample "$@" >"$folder/$2" 2>"$folder/stderr" </dev/null &
  process=$!
  processes="$processes $process"
}

# start_server RUNTIME NAME [ARGUMENT...]: sets `process` and `port`.
start_server() {
  start "$@"
  await has_port "$2" "$process" || true
  port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\)$/\1/p' "$folder/$2")
  if [ -n "$port" ]; then return; fi
  fail "$1" "$2" "it does not listen"
  kill -9 "$process" 2>/dev/null || true
  forget "$process" || true
  return 1
}

# Collects a process that has ended; its exit code is that of this.
forget() {
  processes=$(echo "$processes" | sed "s/ $1\$//; s/ $1 / /")
  wait "$1"
}

# stop RUNTIME NAME PROCESS SIGNAL
stop() {
  kill -s "$4" "$3" 2>/dev/null || true # one that has ended is found out below
  await has_ended "$3" || kill -9 "$3"
  code=0
  forget "$3" || code=$?
  if [ "$code" != 0 ]; then fail "$1" "$2, ended by SIG$4" "exit code $code"
  elif [ -s "$folder/stderr" ]; then fail "$1" "$2, ended by SIG$4" "it has complained"
  else pass "$1" "$2, ended by SIG$4"
  fi
}

# telnet_pipe RUNTIME TITLE PORT EXPECTED: sends its input, from a pipe, and judges what comes back.
telnet_pipe() {
  code=0
  # shellcheck disable=SC2002 # the input has to be a pipe
  cat | bounded "$1" telnet 127.0.0.1 "$3" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "$1" "$2" "$code" "$4"
}

# The same, from a file.
telnet_file() {
  code=0
  bounded "$1" telnet 127.0.0.1 "$3" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "$1" "$2" "$code" "$4"
}

test_echo() {
  start_server "$1" tcp_echo 0 || return 0
  telnet_pipe "$1" "telnet, input from a pipe" "$port" "$folder/lines" <"$folder/lines"
  telnet_file "$1" "telnet, input from a file" "$port" "$folder/lines" <"$folder/lines"
  stop "$1" tcp_echo "$process" TERM
  start_server "$1" tcp_echo 0 || return 0
  stop "$1" tcp_echo "$process" INT
}

# ---- Datagrams ----

# udp_ask RUNTIME PORT: sends three datagrams, prints the answers.
udp_ask() {
  script="
    const { createSocket } = await import('node:dgram');
    const words = ['one', 'two', 'three'];
    const socket = createSocket('udp4').on('message', (bytes) => {
      console.log(bytes.toString());
      if (words.length === 0) socket.close();
      else socket.send(words.shift(), $2, '127.0.0.1');
    });
    socket.send(words.shift(), $2, '127.0.0.1');"
  case $1 in
    bun) timeout "$limit" "$ROTOR_BUN" -e "$script" ;;
    deno) timeout "$limit" "$ROTOR_DENO" eval "$script" ;;
  esac
}

test_udp_echo() {
  for signal in TERM INT; do
    start_server "$1" udp_echo 0 || return 0
    code=0
    udp_ask "$1" "$port" >"$folder/stdout" 2>"$folder/errors" </dev/null || code=$?
    printf 'one\ntwo\nthree\n' >"$folder/answer"
    verdict "$1" "udp_echo" "$code" "$folder/answer"
    stop "$1" udp_echo "$process" "$signal"
  done
}

# ---- Children that serve the socket of their parent ----

test_fd_passing() {
  for signal in TERM INT; do
    start_server "$1" fd_passing 0 2 || return 0
    for client in $(seq 4); do
      telnet_pipe "$1" "fd_passing, client $client" "$port" "$folder/lines" <"$folder/lines"
    done
    stop "$1" fd_passing "$process" "$signal"
  done
}

# ---- Signals ----

test_signals() {
  start "$1" signals
  await has_line signals '^watching ' || true
  for signal in HUP USR1 USR2; do
    kill -s "$signal" "$process" || true
    await has_line signals "^SIG$signal$" || true
  done
  stop "$1" signals "$process" TERM
  sed 1d "$folder/signals" >"$folder/stdout"
  printf 'SIGHUP\nSIGUSR1\nSIGUSR2\nended\n' >"$folder/answer"
  verdict "$1" "signals" 0 "$folder/answer"
}

# ---- Files that change ----

# Has $folder/NAME a line like this?
has_line() { grep -q "$2" "$folder/$1"; }

test_watch() {
  rm -rf "$folder/watched"
  mkdir "$folder/watched"
  start "$1" watch "$folder/watched"
  await has_line watch '^watching ' || true
  echo one >"$folder/watched/file"
  mkdir "$folder/watched/directory"
  await has_line watch '^renamed directory$' || true
  stop "$1" watch "$process" TERM
  sed 1d "$folder/watch" | sort -u >"$folder/stdout"
  printf 'changed file\nrenamed directory\nrenamed file\n' >"$folder/answer"
  verdict "$1" "watch" 0 "$folder/answer"
}

test_tail() {
  echo before >"$folder/log"
  start "$1" tail "$folder/log"
  await has_line tail '^following ' || true
  echo one >>"$folder/log"
  cat "$folder/lines" >>"$folder/log"
  echo two >>"$folder/log"
  await has_line tail '^two$' || true
  stop "$1" tail "$process" INT
  sed 1d "$folder/tail" >"$folder/stdout"
  { echo one; cat "$folder/lines"; echo two; } >"$folder/answer"
  verdict "$1" "tail" 0 "$folder/answer"
}

# ---- A terminal ----

test_pty() {
  if ! command -v script >/dev/null; then
    echo "skip  $1  pty: no script is installed here (Debian: bsdutils)"
    return
  fi
  case $1 in
    bun) command="'$ROTOR_BUN' samples/pty.ts" ;;
    deno) command="'$ROTOR_DENO' run $(permissions pty) samples/pty.ts" ;;
  esac
  rm -f "$folder/keys"
  mkfifo "$folder/keys"
  command="stty rows 24 cols 80; $command; stty -a | grep -o ' icanon'"
  timeout -k 1 "$limit" script -qec "$command" /dev/null <"$folder/keys" >"$folder/pty" 2>&1 &
  process=$!
  processes="$processes $process"
  exec 4>"$folder/keys"
  await has_line pty 'press keys' || true
  printf 'a\003q' >&4 || true # raw: Ctrl-C is a key
  exec 4>&-
  code=0
  forget "$process" || code=$?
  # Deno clears its own lines off the terminal before it begins.
  tr -d '\r' <"$folder/pty" | sed "s/$(printf '\033')\[[0-9]*[A-Z]//g" >"$folder/stdout"
  printf '80 columns, 24 rows\npress keys, q to leave\n97\n3\n icanon\n' >"$folder/answer"
  verdict "$1" "pty" "$code" "$folder/answer"
}

# ---- The same on several threads ----

# cluster RUNTIME TITLE SIGNAL [OPTION]: eight clients of three loops.
cluster() {
  start_server "$1" cluster_echo 0 3 ${4-} || return 0
  for client in $(seq 8); do
    telnet_pipe "$1" "$2, client $client" "$port" "$folder/lines" <"$folder/lines"
  done
  stop "$1" "$2" "$process" "$3"
  awk '/^loop [1-3]: [0-9]+ connections$/ { loops++; sum += $3 }
    END { print loops " loops, " sum " connections" }' "$folder/cluster_echo" >"$folder/stdout"
  echo "3 loops, 8 connections" >"$folder/answer"
  verdict "$1" "$2, all are counted" 0 "$folder/answer"
}

test_cluster() {
  cluster "$1" "cluster_echo" TERM
  cluster "$1" "cluster_echo --hand-over" INT --hand-over
}

# ---- A file, to everybody ----

test_sendfile() {
  start_server "$1" sendfile "$folder/lines" 0 || return 0
  for client in 1 2 3; do
    telnet_file "$1" "sendfile, client $client" "$port" "$folder/lines" </dev/null
  done
  stop "$1" sendfile "$process" TERM
}

# ---- Lines ----

test_lines() {
  start_server "$1" lines 0 || return 0
  printf 'one\nGr\303\274\303\237e\n\nno \377 text\nno end' >"$folder/input"
  printf 'ONE\nGR\303\234SSE\n\nNO \377 TEXT\n' >"$folder/answer"
  telnet_pipe "$1" "lines" "$port" "$folder/answer" <"$folder/input"
  { letters 1024 a; letters 1025 b; letters 9 c; } >"$folder/input"
  { letters 1024 A; echo "too long"; } >"$folder/answer"
  telnet_pipe "$1" "lines, one too long" "$port" "$folder/answer" <"$folder/input"
  stop "$1" lines "$process" TERM
}

# A line of so many letters.
letters() { printf "%$1s\n" '' | tr ' ' "$2"; }

# ---- The runtime's server and ours, on one thread ----

# http_get RUNTIME PORT: prints the answer of an HTTP server.
http_get() {
  script="console.log(await (await fetch('http://127.0.0.1:$2')).text())"
  case $1 in
    bun) timeout "$limit" "$ROTOR_BUN" -e "$script" ;;
    deno) timeout "$limit" "$ROTOR_DENO" eval "$script" ;;
  esac
}

test_with_runtime() {
  start_server "$1" with_runtime 0 0 || return 0
  http=$(sed -n 's/^http on 127.0.0.1:\([0-9]*\)$/\1/p' "$folder/with_runtime")
  printf 'one\ntwo\n' >"$folder/input"
  printf 'ONE\nTWO\n' >"$folder/answer"
  telnet_pipe "$1" "with_runtime, lines" "$port" "$folder/answer" <"$folder/input"
  echo '{"lines":2}' >"$folder/answer"
  code=0
  http_get "$1" "$http" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "$1" "with_runtime, http" "$code" "$folder/answer"
  stop "$1" with_runtime "$process" TERM
}

# ---- The proxy, before the echo server and without it ----

test_proxy() {
  start_server "$1" tcp_echo 0 || return 0
  echo=$process
  start_server "$1" proxy 0 "$port" || return 0
  proxy=$process
  telnet_pipe "$1" "proxy" "$port" "$folder/lines" <"$folder/lines"
  stop "$1" "tcp_echo behind the proxy" "$echo" TERM
  telnet_pipe "$1" "proxy, its target refuses" "$port" /dev/null <"$folder/input"
  stop "$1" proxy "$proxy" INT
}

# ---- The chat, of three ----

# guest RUNTIME NUMBER PORT: a telnet that reads what is written to $folder/say.NUMBER.
guest() {
  rm -f "$folder/say.$2"
  mkfifo "$folder/say.$2"
  : >"$folder/heard.$2"
  bounded "$1" telnet 127.0.0.1 "$3" \
    <"$folder/say.$2" >"$folder/heard.$2" 2>>"$folder/errors" &
  processes="$processes $!"
}

heard() { grep -qx "$2" "$folder/heard.$1"; }

# Lines of the third guest that the first two hear: all are there then.
knock() {
  echo knock >&6
  heard 1 knock && heard 2 knock
}

test_chat() {
  start_server "$1" chat 0 || return 0
  : >"$folder/errors"
  for number in 1 2 3; do guest "$1" "$number" "$port"; done
  trap '' PIPE # a guest that has ended is found out below
  exec 4>"$folder/say.1" 5>"$folder/say.2" 6>"$folder/say.3"
  await knock || true
  echo "good day" >&4 || true
  await heard 2 "good day" && await heard 3 "good day" || true
  exec 4>&- 5>&- 6>&- # they leave
  trap - PIPE
  for guest in $processes; do
    if [ "$guest" != "$process" ]; then forget "$guest" || true; fi
  done
  for number in 2 3; do
    grep -vx knock "$folder/heard.$number" >"$folder/stdout" || true
    echo "good day" >"$folder/answer"
    verdict "$1" "chat, heard by another ($number)" 0 "$folder/answer"
  done
  grep -vx knock "$folder/heard.1" >"$folder/stdout" || true
  verdict "$1" "chat, not heard by the speaker" 0 /dev/null
  stop "$1" chat "$process" TERM
}

# ---- The Redis client, and a server that is restarted ----

# Sets `redis`. The port is that of a server that has ended.
start_redis() {
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" \
    >"$folder/redis" 2>&1 </dev/null &
  redis=$!
  processes="$processes $redis"
}

stop_redis() {
  kill -s KILL "$redis" 2>/dev/null || true
  forget "$redis" 2>/dev/null || true
}

# Has redis_ping printed so many lines that start so?
has_said() { [ "$(grep -c "^$1" "$folder/redis_ping")" -ge "$2" ]; }

test_redis() {
  if ! command -v redis-server >/dev/null; then
    echo "skip  $1  redis_ping: no redis-server is installed here (Debian: redis-server)"
    return
  fi
  start_redis
  start "$1" redis_ping "$port"
  for times in 1 2; do
    await has_said connected "$times" || true
    sleep 0.2 # for some pongs
    if [ "$times" = 2 ]; then continue; fi
    stop_redis
    await has_said "not connected" 1 || true
    start_redis
  done
  stop "$1" redis_ping "$process" TERM
  stop_redis
  sed '/^not connected/d; s/^[1-9][0-9]* pongs/many pongs/' "$folder/redis_ping" >"$folder/stdout"
  printf 'connected to 127.0.0.1:%s\n' "$port" "$port" >"$folder/answer"
  echo "many pongs" >>"$folder/answer"
  verdict "$1" "redis_ping, the server restarted" 0 "$folder/answer"
}

# ---- Main ----

# Has each sample that can be run by itself its expected output?
test_complete() {
  for file in samples/*.ts; do
    name=$(basename "$file" .ts)
    case $name in tcp_echo | udp_echo | cluster_echo) continue ;; esac
    case $name in dns | sysinfo) continue ;; esac
    case $name in fd_passing | signals) continue ;; esac
    case $name in watch | tail | pty | sendfile) continue ;; esac
    case $name in telnet | lines | with_runtime | proxy | chat | redis_ping) continue ;;
    esac
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
  test_system "$runtime"
  test_echo "$runtime"
  test_udp_echo "$runtime"
  test_watch "$runtime"
  test_tail "$runtime"
  test_sendfile "$runtime"
  test_pty "$runtime"
  test_cluster "$runtime"
  test_lines "$runtime"
  test_with_runtime "$runtime"
  test_proxy "$runtime"
  test_chat "$runtime"
  test_fd_passing "$runtime"
  test_signals "$runtime"
  test_redis "$runtime"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
