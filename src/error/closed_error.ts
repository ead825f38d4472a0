/** The loop, handle, machine or block that was used is closed. Nothing native was called. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";

  /**
   * @param what what is closed: `tcp`, `loop`, ...
   * @param operation what was asked of it
   */
  constructor(what: string, operation: string) {
    super(`Cannot ${operation}: the ${what} is closed`);
  }
}
