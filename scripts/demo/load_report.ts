/** What load.ts prints: one of these as a line of JSON, each time something changes. */
export type LoadReport =
  /** Warmed up, and the server is idle. A line on the standard input starts a measurement. */
  | { readonly kind: "ready"; readonly connections: number }
  | { readonly kind: "progress"; readonly messages: number }
  /** Every connection has its last answer: the server is idle, and may be measured again. */
  | {
    readonly kind: "result";
    /** Answered in the time measured. */
    readonly messages: number;
    readonly seconds: number;
    /** Answered since the start, warm-up included. */
    readonly messagesInAll: number;
    /** Bytes since the start that came back other than they were sent, or that nobody sent. */
    readonly wrongBytes: number;
  }
  | { readonly kind: "failed"; readonly why: string };
