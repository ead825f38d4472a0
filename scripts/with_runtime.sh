#!/bin/sh
# Runs a TypeScript file of this repository under Bun, or under Deno where there is no Bun:
#
#   sh scripts/with_runtime.sh [--dev] FILE.ts [ARGUMENT...]
#
# What is missing on the machine is installed first; see setup.sh, also for `--dev`. FILE.ts is
# relative to the repository's root, which becomes the working directory.
. "$(dirname "$0")/setup.sh" # sees our arguments

if [ "${1:-}" = --dev ]; then shift; fi
if [ -n "$ROTOR_BUN" ]; then exec "$ROTOR_BUN" "$@"; fi
exec "$ROTOR_DENO" run -A "$@"
