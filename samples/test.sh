#!/bin/sh
# Runs every sample under Bun and Deno, and judges what it prints and how it ends:
#
#   sh samples/test.sh
#
# `expected/NAME.txt` is the output of NAME.ts, `expected/NAME--FLAG.txt` that of `NAME.ts --FLAG`.
# Samples that need more, such as a client, have a file in samples/test, which is sourced once for
# each runtime; a sample that nothing runs is a failure.
#
# The runtimes are those of ROTOR_BUN and ROTOR_DENO (empty: none); if neither is set,
# scripts/setup.sh finds them. Deno gets just the permissions that the sample's head states. A line
# for each sample and runtime, then `N passed, N failed`; exit code 1 if any failed.
set -eu
# shellcheck source=scripts/setup.sh
if [ -z "${ROTOR_BUN+set}${ROTOR_DENO+set}" ]; then . "$(dirname "$0")/../scripts/setup.sh"; fi
cd "$(dirname "$0")/.."
. samples/test/harness.sh

seq 1 100000 >"$folder/lines" # what clients send
for runtime in bun deno; do
  case $runtime in bun) path=${ROTOR_BUN:-} ;; deno) path=${ROTOR_DENO:-} ;; esac
  if [ -z "$path" ]; then
    echo "skip  $runtime  there is none"
    continue
  fi
  : >"$folder/tested"
  for group in samples/test/*.sh; do
    # shellcheck source=/dev/null
    case $group in */harness.sh) ;; *) . "$group" ;; esac
  done
  all_are_tested
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
