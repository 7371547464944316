import { expect, test } from "vitest";
import { add, cut, emoji } from "../../nodes/testing/emoji-workflow.ts";
import { feedAlike } from "./feed-alike.ts";

test("a loaded embedding that is made for another embedding gets the text encoder of that", () => {
  const loaded = feedAlike(emoji(add("load", "embedding/load", { file: "a" })), "load", "negative");
  expect(Object.values(loaded.graph.edges)).toContainEqual({
    from: { node: "pipeline", port: "encoder" },
    to: { node: "load", port: "encoder" },
  });
  // Once is enough.
  expect(feedAlike(loaded, "load", "negative")).toBe(loaded);
});

test("where the other has none, nothing is led to it", () => {
  const without = emoji(add("load", "embedding/load", { file: "a" }), cut("negative-encoder"));
  expect(feedAlike(without, "load", "negative")).toBe(without);
});
