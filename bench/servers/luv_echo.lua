-- An echo server on luv, Lua's binding of libuv: luajit luv_echo.lua PORT
local uv = require("luv")

local server = uv.new_tcp()
server:bind("127.0.0.1", tonumber(arg[1]))
server:listen(1024, function(failure)
  if failure then return end
  local client = uv.new_tcp()
  server:accept(client)
  client:nodelay(true)

  local function close()
    if not client:is_closing() then client:close() end
  end

  local on_read
  local function on_rest_written(write_failure)
    if client:is_closing() then return end
    if write_failure then close() else client:read_start(on_read) end
  end
  function on_read(read_failure, bytes)
    if read_failure or not bytes then return close() end
    local written, _, name = client:try_write(bytes)
    if written == #bytes then return end
    if not written and name ~= "EAGAIN" then return close() end
    client:read_stop()
    client:write(bytes:sub((written or 0) + 1), on_rest_written)
  end
  client:read_start(on_read)
end)

local stop = uv.new_signal()
stop:start("sigterm", function() os.exit(0) end)
print("listening on 127.0.0.1:" .. server:getsockname().port)
io.stdout:flush()
uv.run()
