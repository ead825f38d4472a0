import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a thread of a module of this library, wherever the library came from: a file, npm, or an
 * `https:` import, of which `node:worker_threads` knows nothing.
 *
 * @param url `new URL("./x.ts", import.meta.url)`
 */
export function moduleWorker(url: URL, options: WorkerOptions): Worker {
  if (url.protocol === "file:" || url.protocol === "data:") return new Worker(url, options);
  const source = `import ${JSON.stringify(url.href)};`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), options);
}
