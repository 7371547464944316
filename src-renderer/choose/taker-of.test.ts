import { expect, test } from "vitest";
import { takerOf } from "./taker-of.ts";

test("what a run has learned is taken by the node that loads its kind, and not by one that trains it", () => {
  expect(takerOf("embedding")).toMatchObject({ type: { type: "embedding/load" }, param: "file" });
  expect(takerOf("lora")).toMatchObject({ type: { type: "model/load-lora" }, param: "file" });
});
