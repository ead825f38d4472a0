# The echo server and telnet, with each other.

if start_server tcp_echo 0; then
  telnet_pipe "telnet, input from a pipe" "$port" "$folder/lines" <"$folder/lines"
  telnet_file "telnet, input from a file" "$port" "$folder/lines" <"$folder/lines"
  stop tcp_echo "$process" TERM
fi
if start_server tcp_echo 0; then
  stop tcp_echo "$process" INT
fi
