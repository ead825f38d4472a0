import { optionsObject } from "../handle/argument.ts";
import { MessageChannel } from "node:worker_threads";
import { ChannelState } from "./channel_state.ts";
import { type EndParts, type Exiting, Keeper } from "./end.ts";
import { Links, newLink } from "./links.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { type Role, type SharedState, TORN } from "./shared_state.ts";

/** How a channel is made. */
export interface ChannelOptions {
  /** How many messages may wait; the default is Infinity: as many as memory holds. */
  readonly capacity?: number;
}

/**
 * A queue of messages between two threads or more, with an end for those who send and one for who
 * receives. Each end can be sent to another thread (`address`), and is used there by promises or by
 * a machine.
 */
export class Channel<T> {
  readonly sender: Sender<T>;
  readonly receiver: Receiver<T>;
  readonly #keeper: Keeper;

  /** @throws {RangeError} unless `capacity` is a whole number from 1, or Infinity */
  constructor(options: ChannelOptions = {}) {
    const { capacity = Infinity } = optionsObject(options);
    if (capacity !== Infinity && !(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(`capacity must be a whole number from 1, or Infinity: ${capacity}`);
    }
    const { buffer } = new ChannelState(capacity);
    this.#keeper = new Keeper(new ChannelState(buffer));
    const [sender, receiver] = joinedParts(() => new ChannelState(buffer), this.#keeper, true);
    this.sender = new Sender<T>(sender);
    this.receiver = new Receiver<T>(receiver);
  }

  /**
   * Closes the channel from outside, wherever its ends are, for when a thread with one of them is
   * gone. What was sent is received first; nobody waits for a message that was just being sent.
   *
   * @returns whether it was open
   */
  close(error?: Error): boolean {
    return this.#keeper.close(error, TORN);
  }

  /** Closes the channel when a thread has ended: those that wait for it get `error`. */
  closeOnExit(thread: Exiting, error?: Error): this {
    thread.once("exit", () => this.close(error));
    return this;
  }
}

/** The parts of two ends in this thread that are linked with each other. */
export function joinedParts<S extends SharedState>(
  newState: () => S,
  keeper: Keeper,
  hasData: boolean,
): [sender: EndParts<S>, receiver: EndParts<S>] {
  const control = new MessageChannel();
  const data = hasData ? new MessageChannel() : undefined;
  const parts = (link: ReturnType<typeof newLink>): EndParts<S> => {
    const state = newState();
    return { state, links: new Links(state, [link]), keeper };
  };
  return [
    parts(newLink("receiver" satisfies Role, control.port1, data?.port1)),
    parts(newLink("sender" satisfies Role, control.port2, data?.port2)),
  ];
}
