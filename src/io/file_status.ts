export type { FileStatus, FileSystemStatus, FileType } from "../../ffi/libuv/file_status.ts";
