/** A call that the present state does not allow. The state is as it was. */
export class StateError extends Error {
  override readonly name = "StateError";

  /**
   * @param operation what was asked
   * @param state why it is not possible now
   */
  constructor(operation: string, state: string) {
    super(`Cannot ${operation}: ${state}`);
  }
}
