// A shared file is not to be trusted: whatever is in it, the answer is a program or diagnostics.

import { expect, test } from "vitest";
import { Refusal } from "../src-main/common/diagnostic.ts";
import { leadOf } from "../src-main/common/program/program.ts";
import { readWorkflow } from "../src-main/common/workflow-file.ts";
import { freezeProgram } from "../src-main/learning/freeze-program.ts";
import { programFunctions } from "../src-main/program/functions/index.ts";
import { openProgram } from "../src-main/program/open-program.ts";
import { host } from "../src-main/program/testing/given-values.ts";
import { add, compiled, emoji, programOf, type Step, wire } from "./testing/emoji-workflow.ts";
import { template } from "./testing/templates.ts";

type Json = Record<string, unknown>;

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  0.5,
  "",
  "..",
  "__proto__",
  "constructor",
  "cfg",
  "x".repeat(100_000),
  [],
  {},
  { kind: "none" },
];

/** The same sequence at each run: Numerical Recipes' linear congruential generator. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Every object in a document, with those inside it. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== "object" || value === null) return [];
  // Any object of a JSON document has string keys.
  return [value as Json, ...Object.values(value).flatMap(objectsIn)];
}

function damage(document: Json, draw: (below: number) => number): void {
  const objects = objectsIn(document);
  const target = objects[draw(objects.length)] ?? document;
  const keys = Object.keys(target);
  const key = keys[draw(keys.length)] ?? "extra";
  const value = structuredClone(STRANGE[draw(STRANGE.length)]);
  const damages: readonly (() => void)[] = [
    () => (target[key] = value),
    () => delete target[key],
    () => Object.defineProperty(target, "__proto__", { value, enumerable: true, configurable: true, writable: true }),
    () => {
      const other = objects[draw(objects.length)] ?? document;
      const otherKeys = Object.keys(other);
      // A copy: the same object twice is no JSON.
      target[key] = structuredClone(other[otherKeys[draw(otherKeys.length)] ?? ""]);
    },
  ];
  damages[draw(damages.length)]?.();
}

test.each(["learn-emoji", "several-rewards"] as const)(
  "1,000 damaged copies of %s are answered, never crashed on",
  (name) => {
    const draw = randomNumbers(7);
    const outcomes = { compiled: 0, faulty: 0, refused: 0 };
    for (let i = 0; i < 1000; i++) {
      // A template is a JSON object.
      const document = structuredClone(template(name)) as unknown as Json;
      for (let times = 1 + draw(3); times > 0; times--) damage(document, draw);
      try {
        const { program, diagnostics } = compiled(readWorkflow(document, "shared").workflow);
        expect(program === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
        outcomes[program === null ? "faulty" : "compiled"]++;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        outcomes.refused++;
      }
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(50);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  },
);

test("scores of scores of scores have names that a person reads", async () => {
  const DEPTH = 40;
  let workflow = emoji();
  for (let i = 0; i < DEPTH; i++) {
    const below = i === 0 ? ["reward.score", "reward.score"] : [`sum${i - 1}.score`, `least${i - 1}.score`];
    const both = (id: string): Step[] => [...new Set(below)].map((from) => wire(from, `${id}.scores`));
    const steps = [
      add(`sum${i}`, "reward/add"),
      ...both(`sum${i}`),
      add(`least${i}`, "reward/function", { function: i === 0 ? "clip" : "min", high: 1 }),
      ...both(`least${i}`),
    ];
    workflow = steps.reduce((made, step) => step(made), workflow);
  }
  const objective = wire(`sum${DEPTH - 1}.score`, "optimizer.objective");
  const program = freezeProgram(programOf(objective(workflow)), ".", () => {});
  const { name } = openProgram(program, programFunctions, host).open(leadOf(program).update.objective, "score");
  expect(name).toMatch(/^preference \+ clip of preference \+ .*…$/);
  expect(name.length).toBeLessThan(200);
});
