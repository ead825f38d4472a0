/**
 * A server that sends lines back in upper case. One that is longer than 1024 bytes is answered by
 * `too long`, and the end of the connection.
 *
 *     bun samples/lines.ts 7000
 *     deno run --allow-ffi --allow-env samples/lines.ts 7000
 *
 * A line ends in `\n`. What a client sends after its last one is no line, and is not answered. The
 * protocol knows no socket: `test/samples/lines_test.ts` runs it without one.
 */
import process from "node:process";
import { done, expectDelimiter, Loop } from "../src/mod.ts";
import type { Exception, Intent, Protocol, Transport } from "../src/mod.ts";
import { serve } from "./serve.ts";

/** Bytes of a line, without its end. */
const LINE_BYTES_MAX = 1024;

/** One connection. */
export class Lines implements Protocol {
  connected(): Intent {
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  bytesRead({ input, output }: Transport, end: number): Intent {
    output.write(upperCase(input.contiguous(0, end + 1)));
    input.consume(end + 1);
    return expectDelimiter("\n", LINE_BYTES_MAX);
  }

  exception({ output }: Transport, exception: Exception): Intent {
    if (exception.kind === "limitReached") output.write("too long\n");
    return done(); // when all that waits is written
  }

  /** The client is gone: there is nothing to report. */
  fatal(): undefined {}
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 in upper case. Of a line that is none only the ASCII letters change. */
function upperCase(line: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(line).toUpperCase();
  } catch {
    return line.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
  }
}

if (import.meta.main) {
  using loop = Loop.create({ slabCapacity: 65536 }).instantiate(undefined);
  serve(loop, Number(process.argv[2] ?? 7000), () => new Lines());
}
