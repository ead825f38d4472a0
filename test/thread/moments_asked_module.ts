/** The same module with a hook: what stops is asked first, and nobody ends for that. */
export * from "./moments_module.ts";

export function stopping(): void {}
