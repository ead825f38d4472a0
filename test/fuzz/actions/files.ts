import { fileSystem } from "../../../src/mod.ts";
import { type Action, action, type Family, type MethodPlans, methods } from "../action.ts";
import { boolean, bytes, maybe, offset, options, path, writable } from "../legal.ts";
import type { World } from "../world.ts";

const small = true;

function openOptions(w: World): Record<string, unknown> {
  const yes = () => true;
  const all = {
    read: () => boolean(w),
    write: yes,
    append: yes,
    create: yes,
    exclusive: yes,
    truncate: yes,
    sync: () => w.random.pick(["data", "all"]),
    directory: yes,
    noFollow: yes,
    noAccessTime: yes,
    nonBlocking: yes,
    mode: () => 0o644,
  };
  if (w.chance(1, 2)) return { read: true, write: true, create: true };
  return options(w, all);
}

function readable(w: World): unknown {
  const one = (): unknown =>
    w.oneOf<unknown>(
      () => bytes(w),
      () => w.take("block") ?? bytes(w),
      () => w.take("pinned") ?? bytes(w),
    );
  return w.chance(1, 4) ? Array.from({ length: w.random.below(5) }, one) : one();
}

function writables(w: World): unknown {
  const list = () => Array.from({ length: w.random.below(5) }, () => writable(w));
  return w.chance(1, 4) ? list() : writable(w);
}

function times(w: World): unknown {
  return { accessed: w.random.below(1e6), modified: new Date(w.random.below(1e6)) };
}

/** What can be done with paths. */
const pathPlans: MethodPlans = {
  open: { weight: 14, with: (w) => [path(w), openOptions(w)] },
  stat: { with: (w) => [path(w)] },
  lstat: { with: (w) => [path(w)] },
  statfs: { weight: 1, with: (w) => [path(w)] },
  access: { with: (w) => [path(w), ...maybe(w, () => ({ read: boolean(w), write: true }))] },
  mkdir: { with: (w) => [path(w), ...maybe(w, () => 0o755)] },
  mkdtemp: { weight: 1, with: (w) => [w.random.pick([`${w.folder}/XXXXXX`, path(w)])] },
  mkstemp: { weight: 2, with: (w) => [w.random.pick([`${w.folder}/XXXXXX`, path(w)])] },
  rmdir: { weight: 2, with: (w) => [path(w)] },
  unlink: { with: (w) => [path(w)] },
  rename: { with: (w) => [path(w), path(w)] },
  link: { with: (w) => [path(w), path(w)] },
  symlink: { with: (w) => [path(w), path(w)] },
  readlink: { with: (w) => [path(w)] },
  realpath: { with: (w) => [path(w)] },
  copyfile: {
    with: (w) => [
      path(w),
      path(w),
      ...maybe(w, () => options(w, { exclusive: () => true, ficlone: () => true })),
    ],
  },
  chmod: { weight: 2, with: (w) => [path(w), 0o700] },
  chown: { weight: 1, with: (w) => [path(w), {}] },
  lchown: { weight: 1, with: (w) => [path(w), {}] },
  utime: { weight: 2, with: (w) => [path(w), times(w)] },
  lutime: { weight: 1, with: (w) => [path(w), times(w)] },
  scandir: { with: (w) => [w.chance(1, 2) ? w.folder : path(w)] },
  opendir: { weight: 6, with: (w) => [w.chance(1, 2) ? w.folder : path(w)] },
};

/** What can be done with an open file. */
const filePlans: MethodPlans = {
  read: {
    weight: 10,
    small,
    with: (w) => [
      readable(w),
      ...maybe(w, () => options(w, { position: () => offset(w), length: () => offset(w) })),
    ],
  },
  write: {
    weight: 10,
    small,
    with: (w) => [writables(w), ...maybe(w, () => options(w, { position: () => offset(w) }))],
  },
  sendfile: {
    weight: 4,
    small,
    with: (w) => [
      w.takeOf("tcp", "pipe"),
      ...maybe(w, () => options(w, { position: () => offset(w), length: () => offset(w) })),
    ],
  },
  stat: { weight: 2 },
  sync: { weight: 1 },
  datasync: { weight: 1 },
  truncate: { weight: 2, small, with: (w) => maybe(w, () => offset(w)) },
  chmod: { weight: 1, with: () => [0o600] },
  chown: { weight: 1, with: () => [{}] },
  utime: { weight: 1, with: (w) => [times(w)] },
  close: { weight: 3 },
  "get fd": { weight: 1 },
  "get path": { weight: 1 },
  "get state": { weight: 1 },
};

const directoryPlans: MethodPlans = {
  read: { weight: 6, with: (w) => maybe(w, () => w.random.between(1, 300)) },
  close: { weight: 2 },
  "get state": { weight: 1 },
  "get path": { weight: 1 },
};

/** The same, whose results are remembered, to be cancelled. */
function requested(plans: MethodPlans): MethodPlans {
  const entries = Object.entries(plans).map(([name, plan]) =>
    name.startsWith("get ") ? [name, plan] : [name, { ...plan, keep: "request" }]
  );
  return Object.fromEntries(entries) as MethodPlans;
}

/** Some of the paths' methods, called on the scope of a machine. */
const asked: Action[] = Object.entries(pathPlans).map(([name, plan]) =>
  action(`fs.${name}`, plan.weight ?? 4, (w) => {
    const fs = w.attempt("scope.fs", () => w.scope()?.fs);
    if (fs === undefined) return;
    const made = w.call(fs, name, plan.with?.(w) ?? [], plan);
    if (made !== undefined) w.keep("request", made);
  })
);

/** The same, done at once. */
const done: Action[] = Object.entries(pathPlans).map(([name, plan]) =>
  action(`fileSystem.${name}`, plan.weight ?? 4, (w) => {
    const made = w.call(fileSystem, name, plan.with?.(w) ?? [], plan);
    if (name === "open" && made !== undefined) keepOpen(w, "sync file", made);
    if (name === "opendir" && made !== undefined) keepOpen(w, "sync directory", made);
    if (name === "mkstemp" && made !== undefined) {
      keepOpen(w, "sync file", (made as { file: object }).file);
    }
  })
);

/** To a file always with a length: a file that is sent to itself would grow and grow. */
const between = (kind: string): Action =>
  action(`${kind}.sendfile to a file`, 4, (w) => {
    const [from, to] = [w.take(kind), w.take(kind)] as [FromFile | undefined, object];
    const part = { position: offset(w), length: offset(w) };
    const made = w.attempt("sendfile to a file", () => from?.sendfile(to, part));
    if (typeof made === "object") w.keep("request", made);
  });

/** What both kinds of files have. */
interface FromFile {
  sendfile(to: object, options: object): unknown;
}

/** Nobody else closes it. */
function keepOpen(w: World, kind: string, opened: unknown): void {
  w.keep(kind, opened);
  w.closers.push(() => (opened as Disposable)[Symbol.dispose]());
}

export const files: Family = {
  name: "files",
  weight: 14,
  actions: [
    ...asked,
    ...methods("file", requested(filePlans)),
    between("file"),
    ...methods("directory", requested(directoryPlans)),
  ],
};

export const syncFiles: Family = {
  name: "syncFiles",
  weight: 5,
  actions: [
    ...done,
    ...methods("sync file", filePlans),
    between("sync file"),
    ...methods("sync directory", directoryPlans),
  ],
};
