// `deno check` sees bun-types too, which redefine `node:url`: this makes Deno's URL fit in there.
// `tsc` needs no such help and does not see this file.

interface URLSearchParams {
  toJSON(): Record<string, string>;
}
