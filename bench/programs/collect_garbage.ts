/**
 * Collects all garbage, now.
 *
 * @throws under Deno without `--v8-flags=--expose-gc`
 */
export function collectGarbage(): void {
  // The first leaves what it marked to be finalised, the second finds it gone.
  for (let round = 0; round < 2; round++) collectOnce();
}

function collectOnce(): void {
  if ("Bun" in globalThis) return void Bun.gc(true);
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Start Deno with --v8-flags=--expose-gc");
  gc();
}
