import { expect, test } from "vitest";
import { Refusal } from "../diagnostic.ts";
import { addressOf, shownAddress } from "./queue-address.ts";

test.each([
  ["redis://localhost:6379", "redis://localhost:6379", "redis://localhost:6379", false],
  ["redis://:secret@queue.example:6379", "redis://queue.example:6379", "redis://:***@queue.example:6379", true],
  [
    "rediss://ann:secret@queue.example:6380/2",
    "rediss://queue.example:6380",
    "rediss://ann:***@queue.example:6380/2",
    true,
  ],
  ["redis://queue.example?password=secret", "redis://queue.example", "redis://queue.example", false],
  ["redis://ann:p%40ss%2Fw%23rd@[::1]:6379", "redis://[::1]:6379", "redis://ann:***@[::1]:6379", true],
])("of %s nothing secret is shown", (text, told, address, hasPassword) => {
  expect(addressOf(text)).toBe(told);
  expect(shownAddress(text)).toEqual({ address, hasPassword });
});

test("a word may stand in the place of the password, for a command that is copied", () => {
  expect(shownAddress("redis://:secret@queue.example:6379", "PASSWORD").address).toBe(
    "redis://:PASSWORD@queue.example:6379",
  );
});

test.each(["", "queue.example:6379", "http://queue.example", "redis://", "redis://:pa#ss@queue.example"])(
  "“%s” is refused as no address, and what was typed is not repeated",
  (text) => {
    expect(() => addressOf(text)).toThrow(Refusal);
    expect(() => addressOf(text)).toThrow(/not the address of a queue/);
    expect(() => addressOf(text)).not.toThrow(/pa#ss/);
  },
);
