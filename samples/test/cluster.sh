# The echo server on three threads, for eight clients.

# cluster TITLE SIGNAL [OPTION]
cluster() {
  start_server cluster_echo 0 3 ${3+"$3"} || return 0
  for client in $(seq 8); do
    telnet_pipe "$1, client $client" "$port" "$folder/lines" <"$folder/lines"
  done
  stop "$1" "$process" "$2"
  awk '/^loop [1-3]: [0-9]+ connections$/ { loops++; sum += $3 }
    END { print loops " loops, " sum " connections" }' "$folder/cluster_echo" >"$folder/stdout"
  echo "3 loops, 8 connections" >"$folder/answer"
  verdict "$1, all are counted" 0 "$folder/answer"
}

cluster "cluster_echo" TERM
cluster "cluster_echo --hand-over" INT --hand-over
