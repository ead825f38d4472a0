import { MessageChannel, type MessagePort } from "node:worker_threads";
import { StateError } from "../error/state_error.ts";
import type { Notifier } from "../machine/scope.ts";
import { type LinkAddress, Links, linksFrom, newLink } from "./links.ts";
import { type Role, SharedState } from "./shared_state.ts";

/**
 * An end as a value: `postMessage(address, address.ports)` sends it to another thread, where
 * `senderFrom` and the like make an end of it. It can be used once.
 */
export interface EndAddress<R extends Role = Role> {
  readonly role: R;
  readonly buffer: SharedArrayBuffer;
  readonly links: readonly LinkAddress[];
  /** What must stand in the transfer list. */
  readonly ports: MessagePort[];
}

/** What has an event for its end: a Worker of `node:worker_threads`, for one. */
export interface Exiting {
  /** Calls a function when it has ended. */
  once(event: "exit", listener: () => void): unknown;
}

/** What an end is made of. */
export interface EndParts<S extends SharedState> {
  readonly state: S;
  readonly links: Links;
  /** In the thread that made the thing: what closes it from outside. */
  readonly keeper: Keeper | undefined;
}

/** One end of a thing that threads share. It is used by one thread at a time. */
export abstract class End<S extends SharedState = SharedState, R extends Role = Role> {
  protected readonly state: S;
  protected readonly links: Links;
  protected readonly keeper: Keeper | undefined;
  readonly #role: R;
  readonly #name: string;
  #notifier: Notifier | undefined;
  #wasSent = false;

  /** @param name for errors */
  constructor({ state, links, keeper }: EndParts<S>, role: R, name: string) {
    this.state = state;
    this.links = links;
    this.keeper = keeper;
    this.#role = role;
    this.#name = name;
    state.wake = (roles) => this.links.wake(roles);
    keeper?.locals.add(this);
  }

  /** Whether it was closed, by this end or another. What was sent before may still be received. */
  get isClosed(): boolean {
    return this.state.isClosed;
  }

  /** The error that it was closed with. */
  get error(): Error | undefined {
    return this.state.error;
  }

  /**
   * Binds the end to a machine: whenever there may be something to do for it, the machine's
   * `wakeup` is called, once at least from now on. The handler must go on until the end answers
   * that it would have to wait: only that makes it wake the machine again.
   *
   * @param notifier of a machine of this thread; undefined to unbind it
   */
  notify(notifier: Notifier | undefined): void {
    this.assertHere("bind it to a machine");
    if (notifier !== undefined && !isNotifier(notifier)) {
      throw new TypeError("notify() takes a notifier, or undefined");
    }
    this.links.announce(notifier?.address());
    this.#notifier = notifier;
    notifier?.wakeup();
  }

  /**
   * The end as a value for `postMessage`, with `ports` as its transfer list. This object is used up
   * by that; a machine that it was bound to is no longer woken.
   *
   * @throws {StateError} while somebody waits at this end, and the second time
   */
  address(): EndAddress<R> {
    this.assertHere("send it to another thread");
    if (this.waiting > 0) throw new StateError(`move the ${this.#name}`, "somebody waits at it");
    this.notify(undefined);
    this.#wasSent = true;
    this.keeper?.locals.delete(this);
    this.keeper?.link(this.links, this.#role);
    const { links, ports } = this.links.addresses();
    return { role: this.#role, buffer: this.state.buffer, links, ports };
  }

  /** Wakes the machine of this end; for the keeper. */
  wakeMachine(): void {
    this.#notifier?.wakeup();
  }

  /** Whether it is bound to a machine. */
  protected get isBound(): boolean {
    return this.#notifier !== undefined;
  }

  /** How many promises wait here. */
  protected abstract get waiting(): number;

  /** @throws {StateError} when the end was sent to another thread */
  protected assertHere(operation: string): void {
    if (!this.#wasSent) return;
    throw new StateError(`${operation} (${this.#name})`, "the end was sent to another thread");
  }
}

/** Closes a thing from outside, for the thread that made it, wherever its ends are. */
export class Keeper {
  /** Ends in this thread. */
  readonly locals = new Set<End>();
  readonly #state: SharedState;
  readonly #links: Links;

  /** @param state a view of its own: waking goes over the keeper's own links */
  constructor(state: SharedState) {
    this.#state = state;
    this.#links = new Links(state, []);
    state.wake = () => this.#wakeAll();
  }

  /** Links an end that leaves this thread. */
  link(links: Links, role: Role): void {
    const { port1, port2 } = new MessageChannel();
    this.#links.all.push(newLink(role, port1));
    links.all.push(newLink("keeper", port2));
  }

  /** See `SharedState.fail`. */
  close(error: Error | undefined, bits: number): boolean {
    return this.#state.fail(error, bits);
  }

  #wakeAll(): void {
    this.#links.wake("all");
    for (const end of this.locals) end.wakeMachine();
  }
}

const usedAddresses = new WeakSet<EndAddress>();

/**
 * Checks the address of an end, and makes what it holds usable here.
 *
 * @param maker the function that was called, for the message
 * @throws {TypeError} for what is no such address
 * @throws {StateError} for one that was used before
 */
export function endFrom<S extends SharedState>(
  address: EndAddress,
  role: Role,
  maker: string,
  kind: number,
  State: new (buffer: SharedArrayBuffer) => S,
): EndParts<S> {
  if (!isAddress(address, role, kind)) {
    throw new TypeError(`${maker}() takes what address() of such an end returned`);
  }
  if (usedAddresses.has(address)) throw new StateError(`${maker}()`, "the address was used before");
  usedAddresses.add(address);
  const state = new State(address.buffer);
  const links = new Links(state, linksFrom(address.links, address.ports));
  return { state, links, keeper: undefined };
}

function isAddress(address: EndAddress | undefined, role: Role, kind: number): boolean {
  if (typeof address !== "object" || address === null || address.role !== role) return false;
  const { buffer, links, ports } = address;
  if (!SharedState.isOf(buffer, kind) || !Array.isArray(links) || !Array.isArray(ports)) {
    return false;
  }
  const isPort = (at: number) => typeof ports[at]?.postMessage === "function";
  return links.every((link: LinkAddress) =>
    isPort(link?.control) && (link.data === -1 || isPort(link.data))
  );
}

function isNotifier(value: Partial<Notifier> | null): value is Notifier {
  return typeof value?.wakeup === "function" && typeof value.address === "function";
}
