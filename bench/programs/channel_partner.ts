/** The other thread of `channel_program.ts`: a loop with one machine, or a port. */
import { parentPort, workerData } from "node:worker_threads";
import {
  byteReaderFrom,
  done,
  Loop,
  type Notifier,
  ok,
  receiverFrom,
  type Response,
  senderFrom,
} from "../../src/mod.ts";
import type { Partner } from "./partner.ts";

const partner = workerData as Partner;
switch (partner.kind) {
  case "echoPort":
    partner.port.on("message", (message) => partner.port.postMessage(message));
    break;
  case "countPort": {
    const { port, count } = partner;
    let received = 0;
    port.on("message", () => {
      if (++received % count === 0) port.postMessage("all");
    });
    break;
  }
  case "echoMachine":
    echo(partner);
    break;
  case "countMachine":
    count(partner);
    break;
  case "bytesMachine":
    readBytes(partner);
    break;
}
parentPort?.postMessage(partner.kind.endsWith("Port") ? "ready" : "done");

function run(bind: (notifier: Notifier) => void, wakeup: () => Response): void {
  using loop = Loop.create().instantiate(undefined);
  loop.addMachine((scope) => {
    bind(scope.notifier());
    return ok({ wakeup });
  });
  parentPort?.postMessage("ready");
  loop.run();
}

function echo(addresses: Extract<Partner, { kind: "echoMachine" }>): void {
  const receiver = receiverFrom<unknown>(addresses.receiver);
  const sender = senderFrom<unknown>(addresses.sender);
  run((notifier) => receiver.notify(notifier), () => {
    for (;;) {
      const received = receiver.tryReceive();
      if (received.kind === "empty") return ok();
      if (received.kind === "closed") return done();
      sender.trySend(received.message);
    }
  });
}

function count(addresses: Extract<Partner, { kind: "countMachine" }>): void {
  const receiver = receiverFrom<unknown>(addresses.receiver);
  run((notifier) => receiver.notify(notifier), () => {
    for (;;) {
      const received = receiver.tryReceive();
      if (received.kind === "empty") return ok();
      if (received.kind === "closed") return done();
    }
  });
}

function readBytes(addresses: Extract<Partner, { kind: "bytesMachine" }>): void {
  const reader = byteReaderFrom(addresses.reader);
  run((notifier) => reader.notify(notifier), () => {
    for (;;) {
      const looked = reader.look();
      if (looked === "ended") return done();
      if (looked === "empty") return ok();
      const [first, second] = reader.views(); // where they are, as a machine would write them
      reader.consume(first.length + second.length);
    }
  });
}
