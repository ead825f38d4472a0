/**
 * Bytes of a block changed while nobody held it: somebody wrote through a view that was kept after
 * the block had been returned. Found where blocks are poisoned, at the leak level `paranoid`.
 *
 * It is told to the loop's `onError`, never thrown: whoever leases the block next has done nothing
 * wrong.
 */
export class MemoryError extends Error {
  override readonly name = "MemoryError";
  /** Where the first changed byte lies in the block. */
  readonly byteOffset: number;
  /** Where the block was last leased or retained, as a stack; undefined where nobody noted it. */
  readonly place: string | undefined;

  /**
   * @param byteOffset of the first changed byte
   * @param byteLength of the block
   * @param place of its last lease, if known
   */
  constructor(byteOffset: number, byteLength: number, place: string | undefined) {
    const known = place === undefined ? "" : `; it was last held at\n${place}`;
    super(
      `A block was written to after its return: byte ${byteOffset} of ${byteLength} has changed` +
        known,
    );
    this.byteOffset = byteOffset;
    this.place = place;
  }
}
