# Files that change, and one that is sent to everybody.

rm -rf "$folder/watched"
mkdir "$folder/watched"
start watch "$folder/watched"
await has_line watch '^watching ' || true
echo one >"$folder/watched/file"
mkdir "$folder/watched/directory"
await has_line watch '^renamed directory$' || true
stop watch "$process" TERM
sed 1d "$folder/watch" | sort -u >"$folder/stdout"
printf 'changed file\nrenamed directory\nrenamed file\n' >"$folder/answer"
verdict watch 0 "$folder/answer"

echo before >"$folder/log"
start tail "$folder/log"
await has_line tail '^following ' || true
echo one >>"$folder/log"
await has_line tail '^one$' || true
{ cat "$folder/lines"; echo two; } >>"$folder/log"
await has_line tail '^two$' || true
echo three >"$folder/log" # which makes it shorter
await has_line tail '^three$' || true
stop tail "$process" INT
sed 1d "$folder/tail" >"$folder/stdout"
{ echo one; cat "$folder/lines"; printf 'two\nthree\n'; } >"$folder/answer"
verdict tail 0 "$folder/answer"

if start_server sendfile "$folder/lines" 0; then
  for client in 1 2 3; do
    telnet_file "sendfile, client $client" "$port" "$folder/lines" </dev/null
  done
  stop sendfile "$process" TERM
fi
