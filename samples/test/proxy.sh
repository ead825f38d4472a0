# The proxy, before the echo server and without it.

if start_server tcp_echo 0; then
  echo=$process
  if start_server proxy 0 "$port"; then
    telnet_pipe "proxy" "$port" "$folder/lines" <"$folder/lines"
    stop "tcp_echo behind the proxy" "$echo" TERM
    telnet_pipe "proxy, its target refuses" "$port" /dev/null </dev/null
    stop proxy "$process" INT
  else
    stop tcp_echo "$echo" TERM
  fi
fi
