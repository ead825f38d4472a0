import process from "node:process";

/** Says on stderr what is being done: in one line on a terminal, else a line each. */
export class Progress {
  readonly #experiments: number;
  #heading = "";
  #begun = 0;

  /** @param experiments that will be begun */
  constructor(experiments: number) {
    this.#experiments = experiments;
  }

  begin(experiment: string): void {
    this.#begun++;
    this.#heading = `[${this.#begun}/${this.#experiments}] ${experiment}`;
    this.say("");
  }

  say(what: string): void {
    const text = what === "" ? this.#heading : `${this.#heading}: ${what}`;
    const { isTTY: isTerminal, columns } = process.stderr;
    process.stderr.write(isTerminal ? `\r\x1b[K${text.slice(0, columns - 1)}` : `${text}\n`);
  }

  /** Clears the line, for what is printed next. */
  end(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}
