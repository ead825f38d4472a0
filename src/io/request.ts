import type { UvError } from "../error/uv_error.ts";

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

/** The event of a request that succeeded. It has no handle. */
export interface RequestDone<Kind extends string, R extends IoRequest> {
  readonly kind: Kind;
  readonly handle: undefined;
  readonly request: R;
}

/** The event of a request that failed, or was cancelled. It has no handle. */
export interface RequestFailed<Kind extends string, R extends IoRequest> {
  readonly kind: Kind;
  readonly handle: undefined;
  readonly request: R;
  /** What failed; `request.result` throws the same. */
  readonly error: UvError;
}
