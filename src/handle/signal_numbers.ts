import { constants } from "node:os";

/** Signals by name, as this system numbers them. */
export const signalNumbers: Readonly<Record<string, number>> = constants.signals;
