/**
 * The protocol of a channel: what its ends do with shared memory, and in which order.
 *
 * Facts. A message travels through a MessagePort, which `receiveMessageOnPort` reads without the
 * thread's event loop; in Bun and in Deno a message can be read there once `postMessage` has
 * returned, in whichever thread, and those of a thread that has ended can still be read. A port has
 * one sender, so each sender has its own. A thread can be terminated between any two steps.
 *
 * Invariants. The state word holds the close bits and the number of places taken: a sender takes a
 * place, then posts; the receiver reads, then gives the place back. So there are never more than
 * `capacity` messages, and never more messages than places taken.
 *
 * Nothing is lost. Once the closed bit is set no place is taken. So "closed, and no place taken"
 * says that all was received, and only then does the receiver answer that it has ended. A sender
 * that is between the two steps when the channel closes holds a place; the receiver waits for it,
 * unless the close was `TORN`, which is what one says whose thread may be gone.
 *
 * No wake is lost. The receiver arms the bell `ahead`, looks at the word and at the ports, and only
 * then sleeps; a sender posts and then rings. A sender arms `back`, tries once more for a place,
 * and only then sleeps; the receiver gives a place back and then rings. A close rings both. Who
 * rings and finds the bell armed wakes the machines, too: see `links.ts` for how it knows them.
 *
 * `test/proof/channel_test.ts` runs these methods in every order of their steps, up
 * to three preemptions, and shows that each step is needed.
 */
import { COUNT_MAX, ownWords, SharedState, TORN } from "./shared_state.ts";

const STATE = 0;
const CAPACITY = ownWords.first;
const SENDERS = ownWords.first + 1;
const CLOSED = 1 << 30;

/** Tells a channel's memory from others. */
export const CHANNEL_KIND = 0x6368;

/** What `ChannelState.send` found. */
export type SendOutcome = "sent" | "full" | "closed";

/** The words of one channel. */
export class ChannelState extends SharedState {
  /** @param source the capacity, or the buffer of another thread's */
  constructor(source: number | SharedArrayBuffer) {
    super(typeof source === "number" ? 0 : source, CHANNEL_KIND);
    if (typeof source !== "number") return;
    this.words[CAPACITY] = Math.min(source, COUNT_MAX);
    this.words[SENDERS] = 1;
  }

  /** Places taken: messages that were sent and not received, or are just being sent. */
  get count(): number {
    return Atomics.load(this.words, STATE) & COUNT_MAX;
  }

  /** Sends, if there is room; otherwise arms `back`. `post` may throw: then nothing was sent. */
  send(post: () => void): SendOutcome {
    let outcome = this._takePlace();
    if (outcome === "full") {
      this.back.arm();
      outcome = this._takePlace();
    }
    if (outcome !== "sent") return outcome;
    try {
      post();
    } catch (error) {
      this._givePlaceBack();
      this._ringAhead(); // it may be waiting for the last place
      throw error;
    }
    this._ringAhead();
    return "sent";
  }

  /**
   * Receives, if there is something; otherwise arms `ahead`.
   *
   * @param look reads the ports
   */
  take<M>(look: () => M | undefined): M | "empty" | "ended" {
    let found = this.count > 0 ? look() : undefined;
    if (found === undefined) {
      this.ahead.arm();
      const state = Atomics.load(this.words, STATE); // before the look: see `TORN`
      const isEmpty = (state & COUNT_MAX) === 0;
      found = isEmpty ? undefined : look();
      if (found === undefined) {
        return (state & CLOSED) !== 0 && (isEmpty || (state & TORN) !== 0) ? "ended" : "empty";
      }
    }
    this._givePlaceBack();
    return found;
  }

  /** Counts one more sender; whoever calls is one, so there is at least one. */
  join(): void {
    Atomics.add(this.words, SENDERS, 1);
  }

  /** Counts a sender out; the last one closes. */
  leave(): void {
    if (Atomics.sub(this.words, SENDERS, 1) === 1) this.close(0);
  }

  private _takePlace(): SendOutcome {
    const capacity = this.words[CAPACITY] as number;
    for (;;) {
      const present = Atomics.load(this.words, STATE);
      if ((present & CLOSED) !== 0) return "closed";
      if ((present & COUNT_MAX) >= capacity) return "full";
      if (Atomics.compareExchange(this.words, STATE, present, present + 1) === present) {
        return "sent";
      }
    }
  }

  private _givePlaceBack(): void {
    Atomics.sub(this.words, STATE, 1);
    if (this.back.ring()) this.wake("sender");
  }

  private _ringAhead(): void {
    if (this.ahead.ring()) this.wake("receiver");
  }
}
