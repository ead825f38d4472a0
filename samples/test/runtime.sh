# The runtime's HTTP server and ours, on one thread.

if start_server with_runtime 0 0; then
  http=$(sed -n 's/^http on 127.0.0.1:\([0-9]*\)$/\1/p' "$folder/with_runtime")
  printf 'one\ntwo\n' >"$folder/input"
  printf 'ONE\nTWO\n' >"$folder/answer"
  telnet_pipe "with_runtime, lines" "$port" "$folder/answer" <"$folder/input"
  echo '{"lines":2}' >"$folder/answer"
  script="console.log(await (await fetch('http://127.0.0.1:$http')).text())"
  code=0
  evaluate "$script" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict "with_runtime, http" "$code" "$folder/answer"
  stop with_runtime "$process" TERM
fi
