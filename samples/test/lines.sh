# Lines in upper case.

# letters NUMBER LETTER: a line of so many letters.
letters() { printf "%$1s\n" '' | tr ' ' "$2"; }

if start_server lines 0; then
  printf 'one\nGr\303\274\303\237e\n\nno \377 text\nno end' >"$folder/input"
  printf 'ONE\nGR\303\234SSE\n\nNO \377 TEXT\n' >"$folder/answer"
  telnet_pipe "lines" "$port" "$folder/answer" <"$folder/input"
  { letters 1024 a; letters 1025 b; letters 9 c; } >"$folder/input"
  { letters 1024 A; echo "too long"; } >"$folder/answer"
  telnet_pipe "lines, one too long" "$port" "$folder/answer" <"$folder/input"
  stop lines "$process" TERM
fi
