/** Why a connection failed, where nobody handled it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** `limitReached`, `readTimeout`, `writeError`, ...: the kind of the exception. */
  readonly kind: string;

  /**
   * @param kind of the exception
   * @param text what happened
   * @param cause the error of the system, if there is one
   */
  constructor(kind: string, text: string, cause?: unknown) {
    super(`The connection failed: ${text}`, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
