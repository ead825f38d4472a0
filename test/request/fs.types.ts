/** What the compiler knows of requests on files. Nothing here runs: `tsc` is the test. */
import {
  type Directory,
  type File,
  type FileStatus,
  fileSystem,
  type IoEvent,
  type Scope,
  type Session,
  type SyncFile,
} from "../../src/mod.ts";

/** `operation` tells which result there is. */
export function narrows(event: IoEvent): void {
  if (event.kind !== "fs") return;
  const { request } = event;
  if (request.operation === "open") request.result satisfies File;
  if (request.operation === "fstat") request.result satisfies FileStatus;
  if (request.operation === "read") request.result satisfies number;
  if (request.operation === "opendir") request.result satisfies Directory;
  if (request.operation === "mkstemp") request.result.file satisfies File;
  // @ts-expect-error a number of bytes is no file
  if (request.operation === "write") request.result satisfies File;
  // @ts-expect-error there is no such operation
  if (request.operation === "truncate") return;
}

/** A session's promise is that of the result. */
export function promises(session: Session): void {
  session.request(({ fs }) => fs.open("/x")) satisfies Promise<File>;
  session.request(({ fs }) => fs.realpath("/x")) satisfies Promise<string>;
}

/** The same methods at once. */
export function atOnce(scope: Scope): void {
  fileSystem.open("/x") satisfies SyncFile;
  fileSystem.open("/x").read(new Uint8Array(1)) satisfies number;
  fileSystem.stat("/x").size satisfies number;
  // @ts-expect-error a file that no machine owns cannot be registered
  scope.register(fileSystem.open("/x"));
}
