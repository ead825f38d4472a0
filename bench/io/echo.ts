/** Echo servers, and what of them is measured. */

import { ALONE_SERVERS, ECHO_SERVERS, UDP_SERVERS } from "../process/servers.ts";
import { windowExperiment } from "./window_experiment.ts";

const HOW = "The server has one CPU, the load program, in C on epoll and io_uring, the other; it " +
  "checks every byte that comes back.";

export const echo = windowExperiment({
  name: "echo",
  title: "Echo, 64 bytes, one message in flight on each of 50 connections",
  about:
    `Most of such a message is the kernel's work: what a library adds shows in user CPU. ${HOW}`,
  item: "message",
  yardstick: "echo",
  servers: [...ECHO_SERVERS, ...ALONE_SERVERS],
  load: {},
});

export const echoPipelined = windowExperiment({
  name: "echo-pipelined",
  title: "Echo, 64 bytes, 16 messages in flight on each of 50 connections",
  about: `One read brings many messages, so that the kernel's part of each is small. ${HOW}`,
  item: "message",
  yardstick: "echo",
  servers: ECHO_SERVERS,
  load: {},
  pipeline: 16,
});

export const echoLarge = windowExperiment({
  name: "echo-large",
  title: "Echo, 64 KiB messages on 50 connections",
  about: `What counts is how often bytes are copied, and how many system calls they take. ${HOW}`,
  item: "message",
  yardstick: "echo",
  servers: ECHO_SERVERS,
  load: {},
  sizeBytes: 65_536,
});

export const accept = windowExperiment({
  name: "accept",
  title: "Accept and close: each connection echoes one message and is reset",
  about: `50 connections at once; for each that ends another one is opened. ${HOW}`,
  item: "connection",
  yardstick: "echo",
  servers: ECHO_SERVERS,
  load: { churn: true },
});

export const udpEcho = windowExperiment({
  name: "udp-echo",
  title: "UDP echo, datagrams of 64 bytes, one in flight from each of 50 sockets",
  about: `One socket of the server serves all clients. ${HOW}`,
  item: "datagram",
  yardstick: "udp_echo",
  servers: UDP_SERVERS,
  load: { datagrams: true },
});
