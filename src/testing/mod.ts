/**
 * Tests of protocols without a loop: see `ProtocolTest`.
 *
 * @module
 */
export { type Cut, exchange } from "./exchange.ts";
export { ProtocolTest, type ProtocolTestOptions } from "./protocol_test.ts";
export { TestScope } from "./test_scope.ts";
export { TestStream } from "./test_stream.ts";
