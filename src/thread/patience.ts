/** So long a thread stays awake for more of what has just come. */
const PATIENCE_MS = 0.025;

/**
 * How long somebody goes on looking for more. To sleep and to be woken costs both threads some
 * microseconds, which is more than much of what they tell each other.
 */
export class Patience {
  /** With one core, whoever looks keeps the other thread from having something. */
  readonly #isPossible = navigator.hardwareConcurrency > 1;
  #endMs = 0;

  /** Something has come. */
  renew(): void {
    if (this.#isPossible) this.#endMs = performance.now() + PATIENCE_MS;
  }

  /** Whether to look again, instead of sleeping. */
  get isLeft(): boolean {
    return this.#endMs > 0 && performance.now() < this.#endMs;
  }
}
