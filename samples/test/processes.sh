# Signals, and children that serve the socket of their parent.

start signals
await has_line signals '^watching ' || true
for signal in HUP USR1 USR2; do
  kill -s "$signal" "$process" 2>/dev/null || true
  await has_line signals "^SIG$signal$" || true
done
stop signals "$process" TERM
sed 1d "$folder/signals" >"$folder/stdout"
printf 'SIGHUP\nSIGUSR1\nSIGUSR2\nended\n' >"$folder/answer"
verdict signals 0 "$folder/answer"

for signal in TERM INT; do
  start_server fd_passing 0 2 || continue
  for client in $(seq 4); do
    telnet_pipe "fd_passing, client $client" "$port" "$folder/lines" <"$folder/lines"
  done
  stop fd_passing "$process" "$signal"
done
