/** What all requests share (`uv_req_t`): asked for once, answered once, by an event. */
export interface IoRequest<T = unknown> {
  /** `resolve`, `fs`, ... */
  readonly kind: string;
  /** `pending`, then `done` from its event on, or when it has ended after its machine. */
  readonly state: "pending" | "done";
  /**
   * What came of it.
   *
   * @throws {StateError} while it is pending
   * @throws {UvError} what failed
   */
  readonly result: T;
  /**
   * Takes the request back (`uv_cancel`), which is possible as long as no thread works on it. It is
   * answered all the same: with ECANCELED, or with what came of it where it was too late.
   *
   * @returns whether the answer will be ECANCELED; false once it was given. May be called again
   */
  cancel(): boolean;
}
