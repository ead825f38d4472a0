import { checkBytes, type CheckResult } from "./check.ts";
import { type Contender, scriptCommand } from "./contender.ts";
import type { Runtime } from "./contender.ts";
import type { Cores } from "./cores.ts";
import { LoadProcess, type LoadSettings, type Window } from "./load_process.ts";
import { Server, type ServerMetrics } from "./server.ts";

/** What all trials have in common. */
export interface TrialSettings {
  readonly load: LoadSettings;
  /** Who runs load.ts. */
  readonly loadRuntime: Runtime;
  readonly cores: Cores;
  /** Called now and then while something works. */
  readonly progress: () => void;
}

/** A contender that listens, has echoed every byte right or wrong, and is under load. */
export class Trial {
  readonly contender: Contender;
  readonly check: CheckResult;
  /** What was measured so far. */
  readonly windows: Window[] = [];
  /** Of the server, once it has ended. */
  metrics: ServerMetrics | undefined;
  readonly #server: Server;
  readonly #load: LoadProcess;

  private constructor(contender: Contender, check: CheckResult, server: Server, load: LoadProcess) {
    this.contender = contender;
    this.check = check;
    this.#server = server;
    this.#load = load;
  }

  /**
   * Starts the server, has its bytes checked by other clients, and puts the load on it.
   *
   * @throws {Error} saying what did not work
   */
  static async start(contender: Contender, settings: TrialSettings): Promise<Trial> {
    const { cores, load, loadRuntime, progress } = settings;
    const server = await Server.start(contender, cores.server);
    try {
      progress();
      const check = await checkBytes(server.port);
      progress();
      const command = [...cores.load, ...scriptCommand(loadRuntime, "scripts/demo/load.ts")];
      const process = await LoadProcess.start(command, server, load, progress);
      return new Trial(contender, check, server, process);
    } catch (error) {
      await server.stop().catch(() => {}); // The first error says more.
      throw error;
    }
  }

  /** Bytes that did not come back as they were sent. */
  get wrongBytes(): number {
    return this.check.wrongBytes + (this.windows.at(-1)?.wrongBytes ?? 0);
  }

  /**
   * Measures once more. Returns messages a second.
   *
   * @throws {Error} when the load fails, or the server under it
   */
  async measure(): Promise<number> {
    const window = await this.#load.measure();
    this.windows.push(window);
    return window.messages / window.seconds;
  }

  /**
   * Ends load and server.
   *
   * @throws {Error} when our server does not end well
   */
  async end(): Promise<void> {
    await this.#load.end();
    this.metrics = await this.#server.stop();
  }
}
