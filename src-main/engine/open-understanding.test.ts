import { expect, test } from "vitest";
import { nearestInput } from "../common/embedding-understanding.ts";
import { nearestWords } from "./handlers/nearest-words.ts";

const { signal } = new AbortController();
const context = { signal, emit: async () => undefined };

test.each(["tokenizer", "textEncoder"])("an embedding is looked into with the %s that is asked for", async (option) => {
  const asked = { embedding: "learned.safetensors", pipeline: "emoji", device: "cpu", [option]: "nowhere" };
  const file: unknown = expect.stringContaining("nowhere");
  await expect(nearestWords(nearestInput.parse(asked), context)).rejects.toMatchObject({
    diagnostics: [{ at: { file } }],
  });
});
