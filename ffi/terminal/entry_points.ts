/** The entry points of `restore.c`, in their order; `scripts/thunks.ts` compares them. */
export const terminalEntryPoints = ["on_terminal_exit", "on_terminal_signal"] as const;

/** The name of an entry point. */
export type TerminalEntryPoint = typeof terminalEntryPoints[number];
