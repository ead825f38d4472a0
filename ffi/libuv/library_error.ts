/** Why a library cannot be used. */
export type LibraryProblem =
  | "not found"
  | "too old"
  | "not isolated"
  | "already loaded"
  | "missing function";

/**
 * The system's libuv (or libc) cannot be used. The message says what was looked for, where, what
 * was found, and what to install or do.
 */
export class LibraryError extends Error {
  override readonly name = "LibraryError";

  /** The library's name. */
  readonly library: string;
  /** What is wrong with it. */
  readonly problem: LibraryProblem;
  /** The names and paths that were tried, in order. */
  readonly paths: readonly string[];

  /**
   * @param library the library's name
   * @param problem what is wrong with it
   * @param paths the names and paths that were tried, in order
   * @param advice what was found and what to do about it
   */
  constructor(
    library: string,
    problem: LibraryProblem,
    paths: readonly string[],
    advice: string,
  ) {
    super(`${library} is ${problem}: ${advice} (tried: ${paths.join(", ")})`);
    this.library = library;
    this.problem = problem;
    this.paths = paths;
  }
}
