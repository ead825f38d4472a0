# Keys of a terminal, which `script` makes.

# Sets `process`: a shell on a terminal of 80 columns that runs the sample, and asks for its mode.
start_pty() {
  echo pty >>"$folder/tested"
  case $runtime in
    bun) command="'$ROTOR_BUN' samples/pty.ts" ;;
    deno) command="'$ROTOR_DENO' run $(permissions pty) samples/pty.ts" ;;
  esac
  command="stty rows 24 cols 80; $command; stty -a | grep -o ' icanon'"
  rm -f "$folder/keys"
  mkfifo "$folder/keys"
  : >"$folder/pty" # what the other runtime has printed is not ours
  timeout -k 1 "$limit" script -qec "$command" /dev/null <"$folder/keys" >"$folder/pty" 2>&1 &
  process=$!
  processes="$processes $process"
}

press_keys() {
  start_pty
  exec 4<>"$folder/keys" # in and out: nobody has to be there
  await has_line pty 'press keys' || true
  printf 'a\003q' >&4 # raw: Ctrl-C is a key
  exec 4>&-
  code=0
  forget "$process" || code=$?
  # Deno clears its own lines off the terminal before it begins.
  tr -d '\r' <"$folder/pty" | sed "s/$(printf '\033')\[[0-9]*[A-Z]//g" >"$folder/stdout"
  printf '80 columns, 24 rows\npress keys, q to leave\n97\n3\n icanon\n' >"$folder/answer"
  verdict pty "$code" "$folder/answer"
}

if ! command -v script >/dev/null; then
  skip pty "no script is installed here (Debian: bsdutils)"
elif ! timeout "$limit" script -qec true /dev/null </dev/null >/dev/null 2>&1; then
  skip pty "no terminal can be made here"
else press_keys
fi
