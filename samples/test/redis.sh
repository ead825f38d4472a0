# The Redis client, and a server that is restarted.

# Sets `redis`.
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

# has_said WORDS TIMES: has redis_ping printed so many lines that start so?
has_said() { [ "$(grep -c "^$1" "$folder/redis_ping")" -ge "$2" ]; }

ping_redis() {
  port=$(evaluate "
    const server = (await import('node:net')).createServer().listen(0, '127.0.0.1', () => {
      console.log(server.address().port);
      server.close();
    });")
  start_redis
  start redis_ping "$port"
  await has_said connected 1 || true
  sleep 0.2 # for some pongs
  stop_redis
  await has_said "not connected" 1 || true
  start_redis
  await has_said connected 2 || true
  sleep 0.2
  stop redis_ping "$process" TERM
  stop_redis
  sed '/^not connected/d; s/^[1-9][0-9]* pongs/many pongs/' "$folder/redis_ping" >"$folder/stdout"
  printf 'connected to 127.0.0.1:%s\n' "$port" "$port" >"$folder/answer"
  echo "many pongs" >>"$folder/answer"
  verdict "redis_ping, the server restarted" 0 "$folder/answer"
}

if command -v redis-server >/dev/null; then ping_redis
else skip redis_ping "no redis-server is installed here (Debian: redis-server)"
fi
