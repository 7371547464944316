import { expect, test } from "vitest";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import { createMailbox } from "./mailbox.ts";

const file = (path: string): StudioEvent => ({ type: "open", path });

test("what is told before a page listens reaches the first one, in order and once", () => {
  const told: StudioEvent[] = [];
  const mailbox = createMailbox((event) => told.push(event));
  mailbox.tell(file("a"));
  mailbox.tell(file("b"));
  expect(told).toEqual([]);
  mailbox.listen(new AbortController().signal);
  mailbox.listen(new AbortController().signal);
  expect(told).toEqual([file("a"), file("b")]);
});

test("what is told while a page listens is announced at once, and kept again when the last one is gone", () => {
  const told: StudioEvent[] = [];
  const mailbox = createMailbox((event) => told.push(event));
  const page = new AbortController();
  mailbox.listen(page.signal);
  mailbox.tell(file("a"));
  expect(told).toEqual([file("a")]);
  page.abort();
  mailbox.tell(file("b"));
  expect(told).toEqual([file("a")]);
  mailbox.listen(new AbortController().signal);
  expect(told).toEqual([file("a"), file("b")]);
});

test("a page that is gone already gets nothing", () => {
  const told: StudioEvent[] = [];
  const mailbox = createMailbox((event) => told.push(event));
  mailbox.tell(file("a"));
  mailbox.listen(AbortSignal.abort());
  expect(told).toEqual([]);
});
