/**
 * One word of shared memory by which threads tell each other that something has changed.
 *
 * Its lowest bit says that somebody is about to sleep; the others count how often it has rung. Who
 * wants to sleep arms it, then looks once more, then sleeps as long as the word is what `arm`
 * returned. Who has changed something rings. If the change came after that last look, then so did
 * the ringing, and it finds the bit. A ring makes another word of it, so that one who armed before
 * and sleeps after the ring does not sleep, though a third may have armed again in between: that is
 * why it counts.
 */
export class Bell {
  /** What `arm` returned last in this thread. */
  armedKey = 0;
  private readonly _words: Int32Array<SharedArrayBuffer>;
  private readonly _at: number;

  /** @param at the word's index */
  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this._words = words;
    this._at = at;
  }

  /** Asks for the next ring. The caller looks once more before it sleeps. */
  arm(): number {
    const key = Atomics.or(this._words, this._at, 1) | 1;
    this.armedKey = key;
    return key;
  }

  /** Wakes those that have armed. Returns false if nobody had: then nothing was done. */
  ring(): boolean {
    const words = this._words;
    for (;;) {
      const present = Atomics.load(words, this._at);
      if ((present & 1) === 0) return false;
      const next = (present + 1) | 0;
      if (Atomics.compareExchange(words, this._at, present, next) !== present) continue;
      Atomics.notify(words, this._at);
      return true;
    }
  }

  /** Tells when the word is no longer `key`; at once, if it is not now (`Atomics.waitAsync`). */
  rung(key: number): Promise<unknown> {
    const { async, value } = Atomics.waitAsync(this._words, this._at, key);
    return async ? value : Promise.resolve(value);
  }
}
