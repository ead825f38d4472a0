/** What libuv knows of the machine and the process. Nothing that would change others is called. */
import { compose, mermaid, stateMachine, system } from "../../../src/mod.ts";
import { type Action, action, type Family, type MethodPlan } from "../action.ts";

const plans: { readonly [name: string]: MethodPlan } = {
  clockTime: { with: (w) => [w.random.pick(["monotonic", "realtime"])] },
  getVariable: { weight: 3, with: () => ["PATH"] },
  setVariable: { weight: 3, with: (w) => [`ROTOR_FUZZ_${w.random.below(3)}`, "value"] },
  unsetVariable: { weight: 3, with: (w) => [`ROTOR_FUZZ_${w.random.below(3)}`] },
  interfaceName: { weight: 2, with: (w) => [w.random.below(4)] },
  priority: { weight: 1, with: () => [0] },
  randomBytes: { weight: 3, small: true, with: (w) => [w.random.below(100)] },
  user: { weight: 1, with: (w) => w.chance(1, 2) ? [] : [w.random.below(3)] },
  group: { weight: 1, with: (w) => [w.random.below(3)] },
};

const plain = [
  "hrtime",
  "timeOfDayUs",
  "environment",
  "availableMemory",
  "availableParallelism",
  "constrainedMemory",
  "freeMemory",
  "hostname",
  "loadAverage",
  "networkInterfaces",
  "processors",
  "systemName",
  "totalMemory",
  "uptimeSeconds",
  "executablePath",
  "parentPid",
  "pid",
  "residentSetMemory",
  "resourceUsage",
  "threadUsage",
  "title",
  "workingDirectory",
  "homeDirectory",
  "temporaryDirectory",
];

const asked: Action[] = Object.entries(plans).map(([name, plan]) =>
  action(`system.${name}`, plan.weight ?? 1, (w) => {
    w.call(system, name, plan.with?.(w) ?? [], plan);
  })
);

/** Setters with what they must refuse. */
const refused: Action[] = [
  ["setPriority", [NaN], [100], [0.5], ["0"], [0, -1]],
  ["setTitle", [1], ["\0"], ["x".repeat(2 ** 16)]],
  ["changeDirectory", ["\0"], [1], ["/no such folder"]],
  ["kill", [0], [-1], [NaN], [2 ** 31], [1, "SIGNONE"], [1, 65], [1, {}]],
].map(([name, ...lists]) =>
  action(`system.${name}`, 2, (w) => {
    const args = w.random.pick(lists as unknown[][]);
    w.attempt(`system.${name}`, () => {
      (system as unknown as Record<string, (...a: unknown[]) => unknown>)[name as string]?.(
        ...args,
      );
    });
  })
);

export const systems: Family = {
  name: "system",
  weight: 2,
  actions: [
    ...plain.map((name) => action(`system.${name}`, 1, (w) => void w.call(system, name, []))),
    ...asked,
    ...refused,
    action("mermaid", 1, (w) => {
      const args = w.arguments([{ on: { wakeup: ["on", "done"] } }]) as [never];
      w.attempt("mermaid", () => mermaid(...args));
    }),
    action("compose", 1, (w) => {
      const args = w.arguments([{ one: { create: () => undefined } }]) as [never];
      w.attempt("compose", () => compose(...args));
    }),
    action("stateMachine", 1, (w) => {
      const [transitions, handlers] = w.arguments([{ on: { wakeup: ["on"] } }, { on: {} }]);
      w.attempt("stateMachine", () => stateMachine()(transitions as never, handlers as never));
    }),
  ],
};
