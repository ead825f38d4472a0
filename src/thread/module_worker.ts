import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a thread of a module of this library, wherever the library came from: a file, npm, or an
 * `https:` import, of which `node:worker_threads` knows nothing.
 *
 * The package on npm holds JavaScript, too, since Deno reads no TypeScript there: then this file is
 * JavaScript, and so is the other one.
 *
 * @param source `new URL("./x.ts", import.meta.url)`
 */
export function moduleWorker(source: URL, options: WorkerOptions): Worker {
  const isJavaScript = import.meta.url.endsWith(".js");
  const url = isJavaScript ? new URL(source.href.replace(/\.ts$/, ".js")) : source;
  if (url.protocol === "file:" || url.protocol === "data:") return new Worker(url, options);
  const program = `import ${JSON.stringify(url.href)};`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), options);
}
