# Samples that run by themselves, and print what is so on this machine.

matches '^127\.0\.0\.1 is called .' dns 127.0.0.1
matches '^lo +127\.0\.0\.1 \(internal\)$' sysinfo
