/**
 * Two machines play ping-pong. They wake each other through notifiers that lie in the context.
 *
 * That takes a start in two stages: machines are made first, and with them their notifiers; these
 * go into the context; with the context the loop can run.
 *
 *     bun samples/context.ts
 *     deno run --allow-ffi --allow-env samples/context.ts
 */
import { done, Loop, type Machine, type Notifier, ok } from "../src/mod.ts";
import type { Response, Scope } from "../src/mod.ts";

/** What both machines share. */
interface Game {
  readonly ping: Notifier;
  readonly pong: Notifier;
  ballsLeft: number;
}

/** Returns each ball to the other player, until the last one. */
class Player implements Machine<Game> {
  readonly #name: string;
  readonly #other: "ping" | "pong";

  constructor(name: string, other: "ping" | "pong") {
    this.#name = name;
    this.#other = other;
  }

  wakeup({ context }: Scope<Game>): Response {
    if (context.ballsLeft > 0) {
      console.log(`${this.#name}: ${context.ballsLeft} left`);
      context.ballsLeft--;
    }
    context[this.#other].wakeup();
    return context.ballsLeft > 0 ? ok() : done();
  }

  dispose(): void {
    console.log(`${this.#name}: ended`);
  }
}

const creator = Loop.create();

function addPlayer(name: string, other: "ping" | "pong"): Notifier {
  let notifier!: Notifier;
  creator.addMachine((scope) => {
    notifier = scope.notifier();
    return ok(new Player(name, other));
  });
  return notifier;
}

const game: Game = {
  ping: addPlayer("ping", "pong"),
  pong: addPlayer("pong", "ping"),
  ballsLeft: 6,
};
// Kept until the loop runs.
console.log(`service: ${game.ping.wakeup()}`);
creator.run(game);
console.log(`after the game: ${game.ping.wakeup()}`);
