# The chat, of three.

# guest NUMBER PORT: adds to `guests` a telnet that reads what is written to $folder/say.NUMBER.
guest() {
  rm -f "$folder/say.$1"
  mkfifo "$folder/say.$1"
  : >"$folder/heard.$1"
  bounded telnet 127.0.0.1 "$2" <"$folder/say.$1" >"$folder/heard.$1" 2>>"$folder/errors" &
  guests="$guests $!"
  processes="$processes $!"
}

heard() { grep -qx "$2" "$folder/heard.$1"; }

# Lines of the third guest that the first two hear: all are there then.
knock() {
  echo knock >&6
  heard 1 knock && heard 2 knock
}

chat() {
  : >"$folder/errors"
  guests=
  for number in 1 2 3; do guest "$number" "$port"; done
  exec 4<>"$folder/say.1" 5<>"$folder/say.2" 6<>"$folder/say.3" # a guest may have ended
  await knock || true
  echo "good day" >&4
  for number in 2 3; do await heard "$number" "good day" || true; done
  exec 4>&- 5>&- 6>&- # they leave
  for guest in $guests; do forget "$guest" || true; done
}

if start_server chat 0; then
  chat
  echo "good day" >"$folder/answer"
  for number in 2 3; do
    grep -vx knock "$folder/heard.$number" >"$folder/stdout" || true
    verdict "chat, heard by another ($number)" 0 "$folder/answer"
  done
  grep -vx knock "$folder/heard.1" >"$folder/stdout" || true
  verdict "chat, not heard by the speaker" 0 /dev/null
  stop chat "$process" TERM
fi
