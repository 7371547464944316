import { once } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { expect, test } from "vitest";
import type { Frame } from "../common/wire/frames.ts";
import { channelToPage, type Port } from "./port-channel.ts";

/** Node's own port in the shape of Electron's, whose messages come as events. */
function asElectronPort(port: MessagePort): Port {
  const electronPort = {
    postMessage: (message: unknown) => port.postMessage(message),
    on(name: string, listener: (event?: unknown) => void) {
      if (name === "message") port.on("message", (data: unknown) => listener({ data, ports: [] }));
      if (name === "close") port.on("close", () => listener());
      return electronPort;
    },
    start: () => port.start(),
    close: () => port.close(),
  };
  // Only these two events are listened to.
  return electronPort as unknown as Port;
}

function open() {
  const { port1: page, port2 } = new MessageChannel();
  const faults: unknown[] = [];
  const channel = channelToPage(asElectronPort(port2), (error) => faults.push(error));
  return { page, channel, faults };
}

test("frames arrive as they were sent, in both directions", async () => {
  const { page, channel } = open();
  const received = new Promise<Frame>((resolve) => channel.onFrame(resolve));
  page.postMessage({ type: "request", id: 1, method: "about", input: {} });
  expect(await received).toEqual({ type: "request", id: 1, method: "about", input: {} });
  const answered = once(page, "message");
  channel.send({ type: "result", id: 1, result: { version: "1" } });
  expect((await answered)[0]).toEqual({ type: "result", id: 1, result: { version: "1" } });
  page.close();
});

test("what is no frame closes the port and is told", async () => {
  const { page, channel, faults } = open();
  const frames: Frame[] = [];
  channel.onFrame((frame) => frames.push(frame));
  const closed = once(page, "close");
  page.postMessage({ type: "run", command: "rm" });
  await closed;
  expect(frames).toEqual([]);
  expect(faults).toHaveLength(1);
});

test("a page that goes is told once, and sending to it does nothing", async () => {
  const { page, channel } = open();
  const why = new Promise((resolve) => channel.onClose(resolve));
  page.close();
  expect(await why).toMatchObject({ code: "page-gone" });
  expect(() => channel.send({ type: "cancel", id: 1 })).not.toThrow();
});
