import { expect, test } from "vitest";
import { hasRightAttention } from "./verify-attention.ts";

test("the processor's attention is right, and that of a device that is not here is not taken", async () => {
  expect(await hasRightAttention("cpu")).toBe(true);
  expect(await hasRightAttention("coreml")).toBe(process.platform === "darwin");
});
