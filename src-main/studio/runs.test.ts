import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PREVIEW_GAP } from "../common/preview-files.ts";
import type { Program } from "../common/program/program.ts";
import { updateSettings } from "../common/program/update.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { type Home, openHome } from "./home.ts";
import { openJobTable } from "./job-table.ts";
import { annotateRun, binRun, listPipelines, listRuns, readRun, restoreRun } from "./runs.ts";

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-runs-"));
  home = openHome(folder);
});
afterEach(() => {
  home.leave();
  rmSync(folder, { recursive: true });
});

/** The files of a finished run, as far as the gallery looks at them. */
function makeRun(id: string): string {
  const run = join(home.runs, id);
  const plan = {
    pipeline: "/models/sd15",
    steps: 2,
    saveAs: "negative.safetensors",
    prompts: ["a", "b"],
    previews: [{}],
    evaluations: [],
    perSample: [{}],
  };
  const line = { reward: 0.5, rewardDeviation: 0, heldOut: {}, gradientNorm: 1, learningRate: 0.1, seconds: 1 };
  mkdirSync(join(run, "previews"), { recursive: true });
  writeFileSync(join(run, "plan.json"), JSON.stringify(plan));
  const steps = [1, 2].map((step) => JSON.stringify({ step, ...line, memoryMB: 1 }));
  writeFileSync(join(run, "metrics.jsonl"), `${steps.join("\n")}\n{"step": 3, "rew`);
  writeFileSync(join(run, "previews", "step-000002.png"), "");
  writeFileSync(join(run, "negative.safetensors"), "");
  return run;
}

test("a run is told as it lies on disk: whole lines only, pictures by URL with their gap, done if its embedding is there", () => {
  makeRun("one");
  const { metrics, previews, state, embedding } = readRun(home, "one", []);
  expect(metrics.map(({ step }) => step)).toEqual([1, 2]);
  expect(previews).toMatchObject([{ name: "", step: 2, prompts: ["a", "b"], gap: PREVIEW_GAP }]);
  expect(previews[0]?.url).toMatch(/^files\/runs\/one\/previews\/step-000002\.png\?v=\d+$/);
  expect(state).toBe("done");
  expect(embedding?.url).toMatch(/negative\.safetensors/);
});

test("a run's program tells what the plan of an earlier version tells", () => {
  const told = (id: string) => {
    const { pipeline, total, state, embedding, previews, evaluationsOpen } = readRun(home, id, []);
    const shown = previews.map(({ name, step, prompts, seed }) => ({ name, step, prompts, seed }));
    return { pipeline, total, state, saved: basename(embedding?.path ?? ""), shown, evaluationsOpen };
  };
  makeRun("earlier");
  const run = makeRun("now");
  rmSync(join(run, "plan.json"));
  writeFileSync(join(run, "program.json"), JSON.stringify(PROGRAM));
  expect(told("now")).toEqual(told("earlier"));
  expect(listPipelines(home)).toEqual(["/models/sd15"]);
});

test("a run that has saved a folder is done, and that can be applied, but is no file to be downloaded", () => {
  const run = makeRun("encoder");
  rmSync(join(run, "plan.json"));
  const save = { kind: "save", parameter: "negative", file: "text-encoder" } as const;
  writeFileSync(join(run, "program.json"), JSON.stringify({ ...PROGRAM, sinks: { ...PROGRAM.sinks, save } }));
  expect(readRun(home, "encoder", []).state).toBe("paused");
  mkdirSync(join(run, "text-encoder"));
  const embedding = { path: join(run, "text-encoder"), url: null };
  expect(readRun(home, "encoder", [])).toMatchObject({ state: "done", embedding });
});

const settings = updateSettings.parse({ steps: 2 });
const PROGRAM: Program = {
  format: "reneg-program",
  formatVersion: 1,
  calls: {
    prompts: { fn: "prompts", inputs: {}, settings: { texts: ["a", "b"] }, nodes: ["prompts"] },
    unet: { fn: "unet", inputs: {}, settings: { path: "/models/sd15" }, nodes: ["pipeline"] },
    score: { fn: "score", inputs: { unet: "unet" }, settings: {}, nodes: ["reward"] },
    negative: { fn: "negative embedding", inputs: {}, settings: {}, nodes: ["negative"] },
  },
  updates: { learn: { objective: "score", parameters: ["negative"], heldOut: [], settings } },
  sinks: {
    save: { kind: "save", parameter: "negative", file: "negative.safetensors" },
    preview: {
      ...{ kind: "preview", image: "score", objective: null, heldOut: [], prompts: "prompts" },
      ...{ count: 4, every: 20, seed: 0 },
    },
    sample: { kind: "per-sample", update: "learn", prompts: "prompts", count: 2, seed: 0, steps: 10, patience: 3 },
  },
};

test.each([
  ["program.json", "{"],
  ["program.json", '{"format": "reneg-program"}'],
  ["plan.json", "{"],
  ["plan.json", '{"pipeline": 3}'],
  ["plan.json", ""],
  ["applied.json", "[]"],
  ["studio.json", "\0\0"],
  ["workflow.reneg.json", "not json"],
  ["metrics.jsonl", "\0\0\0"],
  ["previews", "a file in place of a folder"],
])("a run whose %s is damaged (%#) is listed beside the others", (file, content) => {
  makeRun("whole");
  const run = makeRun("broken");
  if (file === "applied.json") rmSync(join(run, "plan.json"));
  rmSync(join(run, file), { recursive: true, force: true });
  writeFileSync(join(run, file), content);
  const listed = listRuns(home, []);
  expect(listed.map(({ id }) => id).toSorted()).toEqual(["broken", "whole"]);
  expect(listed.find(({ id }) => id === "whole")).toMatchObject({ state: "done", damagedFile: null });
  home.leave();
  home = openHome(folder);
  openJobTable(home, () => {});
  binRun(home, "broken");
  expect(listRuns(home, [])).toHaveLength(1);
});

test("a run that was deleted comes back with its name, notes and tags", () => {
  makeRun("one");
  annotateRun(home, { id: "one", name: "My run", notes: "the good one", tags: ["sd15", "keep"] });
  const before = readRun(home, "one", []);
  binRun(home, "one");
  expect(listRuns(home, [])).toEqual([]);
  expect(codeOf(() => readRun(home, "one", []))).toBe("run-missing");
  restoreRun(home, "one");
  expect(readRun(home, "one", [])).toEqual(before);
  expect(before).toMatchObject({ name: "My run", notes: "the good one", tags: ["sd15", "keep"] });
});

test("a run is not restored over another of its name, and not twice", () => {
  makeRun("one");
  binRun(home, "one");
  makeRun("one");
  expect(codeOf(() => restoreRun(home, "one"))).toBe("run-exists");
  binRun(home, "one");
  restoreRun(home, "one");
  expect(codeOf(() => restoreRun(home, "one"))).toBe("run-not-binned");
});

test("the bin is emptied when the program starts anew", () => {
  makeRun("one");
  binRun(home, "one");
  home.leave();
  home = openHome(folder);
  expect(codeOf(() => restoreRun(home, "one"))).toBe("run-not-binned");
});

test("embeddings of single prompts are told once their report is complete", () => {
  const run = makeRun("one");
  const part = join(run, "per-sample");
  mkdirSync(part);
  writeFileSync(join(part, "before-after.png"), "");
  expect(readRun(home, "one", []).perSample).toEqual([]);
  const prompts = [{ prompt: "a", global: 0.1, perSample: 0.2, steps: 4, file: "01-a.safetensors" }];
  writeFileSync(join(part, "report.json"), JSON.stringify({ prompts }));
  expect(readRun(home, "one", []).perSample).toMatchObject([
    {
      name: "",
      report: { prompts },
      picture: expect.stringMatching(/^files\/runs\/one\/per-sample\/before-after\.png/),
      embeddings: [expect.stringMatching(/^files\/runs\/one\/per-sample\/01-a\.safetensors/)],
    },
  ]);
  expect(existsSync(join(run, "studio.json"))).toBe(false);
});
