/**
 * The control ports between the ends of one shared thing, and what is said on them.
 *
 * A machine in another thread is woken by its notifier, whose address holds shared memory: it
 * cannot be put in shared memory, only be posted. So the ends of a thing are linked by ports, on
 * which each says which machine of its own to wake, and introduces new ends. Who has posted changes
 * the word `controls`; the others read their ports when they find it changed.
 *
 * An end that announces a machine posts, changes the word, and only then arms its bell: so whoever
 * finds the bell armed finds the announcement, too. An end that introduces a new one posts, changes
 * the word, and only then looks for announcements that the new one must know: of an announcement
 * that crosses this, either it hears, or the announcing end hears of the new one and tells it:
 * `test/proof/links_test.ts` tries every order.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { notifierFrom } from "../loop/notifier.ts";
import type { Notifier, NotifierAddress } from "../machine/scope.ts";
import type { Role, SharedState } from "./shared_state.ts";

/** One other end, as this one knows it. */
export interface Link {
  readonly role: Role;
  readonly control: MessagePort;
  /** The port for messages, between a sender and a receiver. */
  readonly data: MessagePort | undefined;
  notifier: Notifier | undefined;
  /** It was closed: nothing more comes. */
  hasLeft: boolean;
}

/** A link on its way to another thread; ports by their place in a list. */
export interface LinkAddress {
  readonly role: Role;
  readonly control: number;
  /** -1 for none. */
  readonly data: number;
  readonly notifier: NotifierAddress | undefined;
}

/** What is said on a control port. */
type ControlMessage =
  | { readonly kind: "notifier"; readonly address: NotifierAddress | undefined }
  | {
    readonly kind: "introduction";
    readonly role: Role;
    readonly control: MessagePort;
    readonly data: MessagePort | undefined;
  }
  | { readonly kind: "left" };

/** A link of two ends that are both still here. */
export function newLink(role: Role, control: MessagePort, data?: MessagePort): Link {
  return { role, control, data, notifier: undefined, hasLeft: false };
}

/** The links of one end. */
export class Links {
  readonly all: Link[];
  readonly #state: SharedState;
  #seen: number;
  #announced: NotifierAddress | undefined;

  /** @param all the other ends; to be added to */
  constructor(state: SharedState, all: Link[]) {
    this.all = all;
    this.#state = state;
    this.#seen = state.controls - 1; // something may have been posted on the way here
  }

  /** Tells the other ends which machine to wake, from now on. */
  announce(address: NotifierAddress | undefined): void {
    if (this.#announced === undefined && address === undefined) return;
    this.refresh();
    this.#announced = address;
    for (const link of this.all) post(link, { kind: "notifier", address });
    this.#state.addControl();
  }

  /** Wakes the machines of the ends of a role. */
  wake(role: Role | "all"): void {
    this.refresh();
    for (const link of this.all) {
      if (role !== "all" && link.role !== role) continue;
      if (link.notifier?.wakeup() === "closed") link.notifier = undefined;
    }
  }

  /** Reads what was said, if anything was. */
  refresh(): void {
    const controls = this.#state.controls;
    if (controls === this.#seen) return;
    this.#seen = controls;
    for (const link of this.all) { // those that are introduced meanwhile included
      for (;;) {
        const message = receiveMessageOnPort(link.control) as
          | { message: ControlMessage }
          | undefined;
        if (message === undefined) break;
        this.#hear(link, message.message);
      }
    }
  }

  /** Makes the links of a new end of this one's role, and introduces it. */
  introduce(role: Role): Link[] {
    const made: Link[] = [];
    for (const link of this.all) {
      const control = new MessageChannel();
      const data = link.data === undefined ? undefined : new MessageChannel();
      made.push(newLink(link.role, control.port1, data?.port1));
      post(link, { kind: "introduction", role, control: control.port2, data: data?.port2 });
    }
    this.#state.addControl();
    this.refresh();
    made.forEach((link, i) => link.notifier = this.all[i]?.notifier);
    return made;
  }

  /** Says that this end is closed. */
  leave(): void {
    for (const link of this.all) post(link, { kind: "left" });
    this.#state.addControl();
  }

  /** The links as a value, and the ports that go with it. */
  addresses(): { links: LinkAddress[]; ports: MessagePort[] } {
    const ports: MessagePort[] = [];
    const add = (port: MessagePort | undefined) => port === undefined ? -1 : ports.push(port) - 1;
    const links = this.all.map(({ role, control, data, notifier }) => ({
      role,
      control: add(control),
      data: add(data),
      notifier: notifier?.address(),
    }));
    return { links, ports };
  }

  /** Takes a link out and closes its ports. */
  remove(link: Link): void {
    this.all.splice(this.all.indexOf(link), 1);
    closePorts(link);
  }

  /** Closes all ports. */
  close(): void {
    for (const link of this.all.splice(0)) closePorts(link);
  }

  #hear(link: Link, message: ControlMessage): void {
    switch (message.kind) {
      case "notifier":
        link.notifier = message.address === undefined ? undefined : notifierFrom(message.address);
        break;
      case "introduction": {
        const added = newLink(message.role, message.control, message.data);
        this.all.push(added);
        if (this.#announced === undefined) break;
        post(added, { kind: "notifier", address: this.#announced });
        this.#state.addControl();
        break;
      }
      case "left":
        link.hasLeft = true;
        break;
    }
  }
}

/** Makes links again of what came from another thread. */
export function linksFrom(links: readonly LinkAddress[], ports: readonly MessagePort[]): Link[] {
  return links.map(({ role, control, data, notifier }) => {
    const link = newLink(role, ports[control] as MessagePort, data < 0 ? undefined : ports[data]);
    link.notifier = notifier === undefined ? undefined : notifierFrom(notifier);
    return link;
  });
}

function post(link: Link, message: ControlMessage): void {
  const ports: MessagePort[] = [];
  if (message.kind === "introduction") {
    ports.push(message.control);
    if (message.data !== undefined) ports.push(message.data);
  }
  link.control.postMessage(message, ports);
}

function closePorts({ control, data }: Link): void {
  control.close();
  data?.close();
}
