import type { IoEvent } from "../io/event.ts";
import type { Scope } from "../machine/scope.ts";
import type { Exception, Protocol } from "./protocol.ts";
import type { Transport } from "./transport.ts";

/** The handlers of a protocol that answer with an intent. */
export type HandlerName = Exclude<keyof Protocol, "fatal" | "dispose">;

/** What handlers are given besides transport and scope. */
export type HandlerArgument = number | string | Exception | IoEvent | undefined;

/** Calls a handler by its name, so that no function need be made for a call. */
export function callHandler<C>(
  protocol: Protocol<C>,
  name: HandlerName,
  transport: Transport,
  scope: Scope<C>,
  argument: HandlerArgument,
): unknown {
  switch (name) {
    case "bytesRead":
      return protocol.bytesRead?.(transport, argument as number, scope);
    case "exception":
      return protocol.exception?.(transport, argument as Exception, scope);
    case "timeout":
      return protocol.timeout?.(transport, scope, argument as string | undefined);
    case "ready":
      return protocol.ready?.(argument as IoEvent, transport, scope);
    default:
      return protocol[name]?.(transport, scope);
  }
}
