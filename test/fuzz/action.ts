import type { World } from "./world.ts";

/** One thing that a sequence may do. */
export interface Action {
  readonly name: string;
  /** How often, compared with others of its family. */
  readonly weight: number;
  run(world: World): void;
}

/** The actions on one class, or on a few that belong together. */
export interface Family {
  readonly name: string;
  /** How often, compared with other families. */
  readonly weight: number;
  readonly actions: readonly Action[];
}

/** Makes arguments that are legal by themselves. */
export type Arguments = (world: World) => unknown[];

/** What is known of one method: how often it is called, and with what. */
export interface MethodPlan {
  readonly weight?: number;
  readonly with?: Arguments;
  /** Numbers that are not refused would cost gigabytes: no big ones are tried. */
  readonly small?: boolean;
  /** What its result is kept as. */
  readonly keep?: string;
}

/** What throws `ClosedError` for every call, unless the arguments are refused before. */
const closable = new Set([
  ...["tcp", "pipe", "udp", "tty", "timer", "async", "signal", "poll", "process"],
  ...["fsEvent", "fsPoll", "prepare", "check", "idle"],
  ...["file", "directory", "sync file", "sync directory"],
]);

/** Whether it was closed before a call. */
function isGone(kind: string, target: object): boolean {
  return closable.has(kind) && (target as { readonly state: string }).state !== "open";
}

/** Methods by name; a name that starts with `get ` is that of a property. */
export type MethodPlans = { readonly [name: string]: MethodPlan };

/** The actions that call methods of one kind of thing. */
export function methods(kind: string, plans: MethodPlans): Action[] {
  return Object.entries(plans).map(([name, plan]) => ({
    name: `${kind}.${name}`,
    weight: plan.weight ?? 4,
    run(world) {
      const target = world.take(kind);
      if (target === undefined) return;
      if (name.startsWith("get ")) return world.read(target, name.slice(4));
      const args = plan.with?.(world) ?? [];
      const isClosed = isGone(kind, target);
      const result = world.call(target, name, args, plan);
      if (isClosed && !world.wasRefused) world.find(`${kind}.${name} works when it is closed`);
      if (plan.keep !== undefined && result !== undefined) world.keep(plan.keep, result);
    },
  }));
}

/** An action that calls a method of the scope and keeps what it makes. */
export function making(
  kind: string,
  weight: number,
  args: Arguments = () => [],
  plan: MethodPlan = {},
): Action {
  return {
    name: `scope.${kind}`,
    weight,
    run(world) {
      const made = world.call(world.scope(), plan.keep ?? kind, args(world), plan);
      if (made !== undefined) world.keep(kind, made);
    },
  };
}

/** An action of another form. */
export function action(name: string, weight: number, run: (world: World) => void): Action {
  return { name, weight, run };
}
