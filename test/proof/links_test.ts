import assert from "node:assert/strict";
import { Bell } from "../../src/thread/bell.ts";
import { Links, newLink } from "../../src/thread/links.ts";
import { SharedState } from "../../src/thread/shared_state.ts";
import { explore, type Thread, type World } from "../fixtures/interleavings.ts";
import { knows, step, stepped } from "../fixtures/stepped.ts";
import { test } from "../harness.ts";

/** A port of an array: what is posted here is read at the other. */
class FakePort {
  /** Those of the present world. */
  static all: FakePort[] = [];
  readonly inbox: unknown[] = [];
  other: FakePort | undefined;

  constructor() {
    FakePort.all.push(this);
  }
}

class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

interface LinkLike {
  readonly control: FakePort;
}

interface SteppedState {
  readonly buffer: SharedArrayBuffer;
  readonly ahead: { arm(): Thread<number>; ring(): Thread<boolean> };
}

interface SteppedLinks {
  announce(address: string): Thread<void>;
  wake(role: string): Thread<void>;
  refresh(): Thread<void>;
  introduce(role: string): Thread<LinkLike[]>;
}

type LinksClass = new (state: SteppedState, links: unknown[]) => SteppedLinks;
type StateClass = new (source: number | SharedArrayBuffer, kind: number) => SteppedState;

const files = ["src/thread/shared_state.ts"];
const WORDS = 8;

/** Which machines were woken. */
const woken = new Set<string>();

function makeClasses(mutate: (text: string) => string = (text) => text): {
  StatesOf: StateClass;
  LinksOf: LinksClass;
} {
  const bell = stepped(Bell, { files: [], methods: ["arm", "ring", "rung"] });
  const shared = stepped(SharedState, {
    files,
    methods: ["addControl", "fail", "close", "ringAll"],
    getters: ["controls", "isClosed", "error"],
    calls: ["this\\.(?:ahead|back)\\.ring", "this\\.wake"],
    imports: { Bell: bell.Stepped },
  });
  const imports = {
    MessageChannel: FakeChannel,
    newLink,
    notifierFrom: (name: string) => ({ wakeup: () => void woken.add(name) }),
    *post(link: LinkLike, message: { readonly kind: string }): Thread<void> {
      yield* step(`post ${message.kind}`, () => void link.control.other?.inbox.push(message));
    },
    *receiveMessageOnPort(port: FakePort): Thread<unknown> {
      return yield* step("read a control port", () => {
        const message = port.inbox.shift();
        return message === undefined ? undefined : { message };
      });
    },
  };
  const links = stepped(Links, {
    files: [],
    methods: ["announce", "wake", "refresh", "introduce", "leave", "_hear"],
    calls: ["this\\.#state\\.(?:addControl|controls)", "post", "receiveMessageOnPort"],
    imports,
    // The one method with a private name, and the getter of another object.
    mutate: (text) =>
      mutate(text.replaceAll("#hear(", "_hear(").replace("this.#state.controls", "$&()")),
  });
  return {
    StatesOf: shared.Stepped as unknown as StateClass,
    LinksOf: links.Stepped as unknown as LinksClass,
  };
}

/**
 * A machine is bound to the receiver while its sender makes another one, which then sends: the
 * machine is woken, whoever comes first.
 */
function crossing({ StatesOf, LinksOf }: ReturnType<typeof makeClasses>): World {
  woken.clear();
  FakePort.all = [];
  const { buffer } = new StatesOf(0, 1);
  const words = new Int32Array(buffer, 0, WORDS);
  const ports = new FakeChannel();
  const open = (): SteppedState => new StatesOf(buffer, 1);
  let sent = false;

  function* receive(): Thread<void> {
    const state = open();
    const links = new LinksOf(state, [newLink("sender", ports.port2 as never)]);
    yield* links.announce("machine");
    for (;;) {
      yield* state.ahead.arm();
      yield* links.refresh();
      if (yield* step("look", () => sent)) return;
      yield* step("sleep", () => void woken.clear(), () => woken.has("machine"));
      yield* knows("round");
    }
  }

  function* send(): Thread<void> {
    const parent = new LinksOf(open(), [newLink("receiver", ports.port1 as never)]);
    const state = open();
    const links = new LinksOf(state, yield* parent.introduce("sender"));
    yield* step("send", () => void (sent = true));
    if (yield* state.ahead.ring()) yield* links.wake("receiver");
  }

  const kinds = (port: FakePort) => port.inbox.map((each) => (each as { kind: string }).kind);
  return {
    threads: { receiver: receive(), sender: send() },
    state: () => [words.join(), FakePort.all.map(kinds).join("/"), sent, ...woken].join("|"),
    check: () => assert.ok(sent),
  };
}

test("in no order of steps does a new sender miss the machine that it must wake", () => {
  const classes = makeClasses();
  const { states } = explore(() => crossing(classes));
  assert.ok(states > 100, `${states} states`);
});

test("an end that introduces another and does not look again misses it, and that is found", () => {
  const classes = makeClasses((text) => {
    const at = text.search(/introduce\(role\)/);
    return text.slice(0, at) + text.slice(at).replace("this.refresh();", "");
  });
  assert.throws(() => explore(() => crossing(classes)), /sleep for ever/);
});

test("an end that does not tell newcomers of its machine is found asleep", () => {
  const classes = makeClasses((text) => text.replace(/post\(added, \{[^}]*\}\);/, ""));
  assert.throws(() => explore(() => crossing(classes)), /sleep for ever/);
});
