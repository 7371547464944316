// Follows docs/add-a-function.md: what it says must work.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { emojiProgram } from "../../learning/testing/emoji-program.ts";
import type { ProgramFunction } from "../function.ts";
import { programFunctions } from "../functions/index.ts";
import { openProgram } from "../open-program.ts";
import { compute, differences, farthest } from "./compute.ts";
import { givenScore, host, infer, open, typed } from "./given-values.ts";
import { softLimit } from "./soft-limit.ts";

const page = readFileSync(new URL("../../../docs/add-a-function.md", import.meta.url), "utf8");
const source = readFileSync(new URL("soft-limit.ts", import.meta.url), "utf8");

test("the function of the page is the one that is tested", () => {
  expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
});

test("it computes what it says, and its gradient is found by itself", async () => {
  const { lower } = open(softLimit, { score: givenScore("s", 3) }, { height: 2 });
  const numbers = { s: [-5, 0.4, 1.5] };
  const { value, gradient } = await compute(lower, numbers, { batch: 3 });
  const expected = numbers.s.map((s) => 2 * Math.tanh(s / 2));
  expect(farthest(value, expected)).toBeLessThan(1e-12);
  const slopes = await differences(lower, numbers, { batch: 3 });
  expect(farthest(gradient["s"] ?? [], slopes["s"] ?? [])).toBeLessThan(1e-8);
});

test("its fault is told at its setting", () => {
  expect(infer(softLimit, { score: typed("s", "score") }, { height: 0 }).faults).toEqual(["limit-zero height"]);
});

test("once it is in the list, programs may call it", () => {
  const definition: ProgramFunction = softLimit;
  const program = emojiProgram({
    calls: { limited: { fn: "soft limit", inputs: { score: "reward" }, settings: { height: 0.3 } } },
  });
  const opened = openProgram(program, new Map([...programFunctions, [definition.name, definition]]), host);
  expect(opened.open("limited", "score").name).toBe("preference, limited");
});
