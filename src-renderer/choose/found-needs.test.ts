import { expect, test } from "vitest";
import type { Need } from "../../src-main/common/studio/needs.ts";
import { foundNeeds } from "./found-needs.ts";

function need(node: string, ...models: readonly (readonly string[])[]): Need {
  const rest = { name: "", page: "https://example.org", get: "", bytes: 1, licence: "", put: "" };
  const found = (paths: readonly string[]) => paths.map((path) => ({ path, name: path }));
  return { node, param: "path", models: models.map((paths) => ({ ...rest, found: found(paths) })) };
}

const taken = (...needs: readonly Need[]): string[] =>
  foundNeeds(needs).map(({ need: { node }, path }) => `${node} ${path}`);

test("the one file that was found is taken, and the first model that is there goes before the others", () => {
  expect(taken(need("pipeline", ["/sd15"]), need("reward", [], ["/clip"]))).toEqual(["pipeline /sd15", "reward /clip"]);
});

test("nothing is taken where the user has to choose, or where nothing is there", () => {
  expect(taken(need("pipeline", ["/a", "/b"]), need("reward", []))).toEqual([]);
});

test("no file is taken twice", () => {
  expect(taken(need("reward", [], ["/clip"]), need("held-out", [], ["/clip"]))).toEqual(["reward /clip"]);
});
