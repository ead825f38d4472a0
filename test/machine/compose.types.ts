/** What must not compile of compositions; see state_machine.types.ts. */
import {
  compose,
  Loop,
  type Machine,
  ok,
  type Response,
  type Scope,
  spawn,
} from "../../src/mod.ts";

const Server = {
  create: (port: number, scope: Scope<{ readonly host: string }>): Response =>
    ok({ port, host: scope.context.host }),
};
const Connection = {
  create: (name: string, scope: Scope<{ readonly limit: number }>): Response =>
    ok({ name, limit: scope.context.limit }),
};
const Fsm = compose({ server: Server, connection: Connection });

Fsm.seed.server(7000).kind satisfies "server";
Fsm.seed.connection("a").seed satisfies string;

const context = { host: "::1", limit: 5 };
const loop = Loop.create().instantiate(context);
loop.addMachine((scope) => Fsm.create(Fsm.seed.server(7000), scope));
const machine: Machine<typeof context> = { wakeup: (scope) => ok({ host: scope.context.host }) };
Fsm.wrap("server", machine);
Fsm.wrap("server", { wakeup: () => spawn(Fsm.seed.connection("a")) });

// @ts-expect-error a server is made from a port
Fsm.seed.server("7000");

// @ts-expect-error there is no family `client`
Fsm.seed.client(7000);

// @ts-expect-error nor can a machine be of it
Fsm.wrap("client", machine);

// @ts-expect-error a bare seed says nothing of its family
loop.addMachine((scope) => Fsm.create(7000, scope));

// @ts-expect-error the loop's context has no `limit`
Loop.create().instantiate({ host: "::1" }).addMachine((s) => Fsm.create(Fsm.seed.server(1), s));

const Outer = compose({ inner: Fsm, other: Connection });
Outer.seed.inner(Fsm.seed.server(7000));

// @ts-expect-error a composition inside is made from its tagged seeds
Outer.seed.inner(7000);
