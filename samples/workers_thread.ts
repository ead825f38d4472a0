/** The threads of workers.ts. */
import type { CallScope } from "../src/mod.ts";

/** How many primes there are from one number up to, but without, another. */
export function countPrimes(_scope: CallScope, from: number, to: number): number {
  let count = 0;
  for (let n = Math.max(from, 2); n < to; n++) if (isPrime(n)) count++;
  return count;
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}
