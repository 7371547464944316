import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emoji, set } from "../../../nodes/testing/emoji-workflow.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { SweepValue } from "../../common/sweep.ts";
import { printWorkflow } from "../../common/workflow-file.ts";
import { programsOfSweep } from "./programs-of-sweep.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-programs-"));
afterAll(() => rmSync(root, { recursive: true }));

function save(name: string, content: object | string): string {
  const file = join(root, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const recipe = save("recipe.json", { prompts: ["a red apple"], steps: 3 });
const workflow = save("workflow.reneg.json", printWorkflow(emoji(set("optimizer", "steps", 3))));
const refuseWarning = (warning: Diagnostic): never => {
  throw new Error(`nothing is to be warned of: ${warning.message}`);
};
const value = (node: string, param: string, given: SweepValue["value"]): SweepValue => ({ node, param, value: given });

test.each([
  ["a recipe", recipe],
  ["a workflow", workflow],
])("each run of %s has its values in its program, and in the workflow beside it", (_, file) => {
  const runs = [
    [value("optimizer", "seed", 4), value("cfg", "scale", 2)],
    [value("optimizer", "seed", 5), value("cfg", "scale", 7.5)],
  ];
  const programs = programsOfSweep(file, runs, refuseWarning);
  const found = programs.map(({ program, workflow: { graph } }) => ({
    steps: program.updates["optimizer"]?.settings,
    scale: program.calls["cfg"]?.settings,
    told: [graph.nodes["optimizer"]?.params["seed"], graph.nodes["cfg"]?.params["scale"]],
  }));
  expect(found).toMatchObject([
    { steps: { seed: 4, steps: 3 }, scale: { scale: 2 }, told: [4, 2] },
    { steps: { seed: 5, steps: 3 }, scale: { scale: 7.5 }, told: [5, 7.5] },
  ]);
});

test("each run of a recipe from pairs has its values in its program, those of the reward and of its pairs too", () => {
  const learn = [{ kind: "reward lora", base: "emoji:rewards/preference" }];
  const pairs = save("pairs.json", { pairs: "emoji:pairs", learn });
  const runs = [2, 8].map((rank) => [value("reward", "rank", rank), value("pairs", "share", rank / 20)]);
  const found = programsOfSweep(pairs, runs, refuseWarning).map(({ program: { calls }, workflow: { graph } }) => [
    calls["reward"]?.settings["rank"],
    calls["pairs"]?.settings["share"],
    graph.nodes["reward"]?.params["rank"],
  ]);
  expect(found).toEqual([
    [2, 0.1, 2],
    [8, 0.4, 8],
  ]);
});

test.each([
  ["the default", "emoji:pairs"],
  ["none", { path: "emoji:pairs", heldBack: 0 }],
  ["a third", { path: "emoji:pairs", heldBack: 0.3 }],
])("a recipe that holds back %s is judged in each run of a sweep in which a share is held back", (_, given) => {
  const learn = [{ kind: "reward head", base: "emoji:rewards/preference" }];
  const file = save("shares.json", { pairs: given, learn });
  const runs = [0, 0.2].map((share) => [value("pairs", "share", share)]);
  const found = programsOfSweep(file, runs, refuseWarning).map(({ program: { calls, updates } }) => [
    calls["pairs"]?.settings["share"],
    updates["optimizer"]?.heldOut,
  ]);
  expect(found).toEqual([
    [0, []],
    [0.2, ["loss.heldBack"]],
  ]);
});

test("a node or a parameter that is not there is named with those that are", () => {
  expect(() => programsOfSweep(recipe, [[value("optimiser", "seed", 1)]], refuseWarning)).toThrow(
    /recipe\.json has no node optimiser\n.*recipe\.json[\s\S]*its nodes are .*optimizer/,
  );
  expect(() => programsOfSweep(workflow, [[value("optimizer", "speed", 1)]], refuseWarning)).toThrow(
    /optimizer has no parameter speed[\s\S]*its parameters are .*learningRate.*seed/,
  );
});

test("a value that does not fit is refused at its node before any run begins, whichever run has it", () => {
  const runs = [1, 2, "three"].map((seed) => [value("optimizer", "seed", seed)]);
  for (const file of [recipe, workflow])
    expect(() => programsOfSweep(file, runs, refuseWarning)).toThrow(
      new RegExp(`at ${RegExp.escape(file)} › optimizer › seed`),
    );
});

test("what is no workflow is refused with what to name", () => {
  const asked = [[value("optimizer", "seed", 1)]];
  const [{ program } = { program: {} }] = programsOfSweep(recipe, asked, refuseWarning);
  expect(() => programsOfSweep(save("program.json", program), asked, refuseWarning)).toThrow(
    /the program of a run, whose nodes have no parameters[\s\S]*name a workflow or a recipe/,
  );
  for (const content of ["{", "[]", '{"prompts": 3}'])
    expect(() => programsOfSweep(save("odd.json", content), asked, refuseWarning)).toThrow(/odd\.json/);
  expect(() => programsOfSweep(join(root, "nowhere.json"), asked, refuseWarning)).toThrow(
    /nowhere\.json[\s\S]*name a workflow or a recipe/,
  );
});

test("what is warned of in every run is told once", () => {
  const rewards = [
    { path: "emoji:rewards/preference", weight: 1 },
    { path: "emoji:rewards/held-out", weight: 0 },
  ];
  const file = save("weights.json", { prompts: ["a red apple"], rewards, heldOut: [] });
  const warnings: Diagnostic[] = [];
  const runs = [1, 2, 3].map((seed) => [value("optimizer", "seed", seed)]);
  programsOfSweep(file, runs, (warning) => warnings.push(warning));
  expect(warnings.filter(({ code }) => code === "reward-weights")).toMatchObject([{ at: { file } }]);
  expect(new Set(warnings.map(({ code, message }) => `${code} ${message}`)).size).toBe(warnings.length);
});
