# Datagrams: to one, and to a group.

# udp_ask PORT: sends three datagrams, one after the other, and prints the answers.
udp_ask() {
  evaluate "
    const { createSocket } = await import('node:dgram');
    const words = ['one', 'two', 'three'];
    const socket = createSocket('udp4').on('message', (bytes) => {
      console.log(bytes.toString());
      if (words.length === 0) socket.close();
      else socket.send(words.shift(), $1, '127.0.0.1');
    });
    socket.send(words.shift(), $1, '127.0.0.1');"
}

printf 'one\ntwo\nthree\n' >"$folder/answer"
for signal in TERM INT; do
  start_server udp_echo 0 || continue
  code=0
  udp_ask "$port" >"$folder/stdout" 2>"$folder/errors" || code=$?
  verdict udp_echo "$code" "$folder/answer"
  stop udp_echo "$process" "$signal"
done

# Does the runtime's own socket hear a group on the loopback interface, within a second?
has_multicast() {
  evaluate "
    const { createSocket } = await import('node:dgram');
    const socket = createSocket('udp4').on('message', () => process.exit(0));
    socket.bind(0, '0.0.0.0', () => {
      socket.addMembership('239.255.0.1', '127.0.0.1');
      socket.setMulticastInterface('127.0.0.1');
      socket.send('word', socket.address().port, '239.255.0.1');
    });
    setTimeout(() => process.exit(1), 1000);" >/dev/null 2>&1
}

if has_multicast; then
  printf 'heard one\nheard two\nheard three\n' >"$folder/answer"
  prints multicast "$folder/answer" multicast
else
  skip multicast "nothing that is sent to a group comes back on this machine"
fi
