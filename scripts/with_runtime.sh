#!/bin/sh
# Runs a TypeScript file of this repository under Bun, or under Deno where there is no Bun:
#
#   sh scripts/with_runtime.sh [--dev | --bench] FILE.ts [ARGUMENT...]
#
# What is missing on the machine is installed first; see setup.sh, also for the options. FILE.ts is
# relative to the repository's root, which becomes the working directory.
. "$(dirname "$0")/setup.sh" # sees our arguments

case ${1:-} in --*) shift ;; esac
if [ -n "$ROTOR_BUN" ]; then exec "$ROTOR_BUN" "$@"; fi
exec "$ROTOR_DENO" run -A "$@"
