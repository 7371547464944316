import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test, vi } from "vitest";
import { add, emoji, set, type Step, toVideo, wire } from "../../../nodes/testing/emoji-workflow.ts";
import { appliedRecord } from "../../common/applied-files.ts";
import { trainInput } from "../../common/learning.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { refusalOfWork } from "../../common/testing/refusal-of.ts";
import { printWorkflow } from "../../common/workflow-file.ts";
import { writePipeline } from "../../models/testing/write-pipeline.ts";
import { checkApplications } from "../apply-learned.ts";
import { readProgramFile } from "../program-file.ts";
import { train } from "./train.ts";

const root = mkdtempSync(join(tmpdir(), "train-"));
const at = (...names: string[]): string => join(root, ...names);
vi.setConfig({ testTimeout: 300_000 });
afterAll(() => rmSync(root, { recursive: true }));

/** As little of everything as is still learned and drawn. */
const small: readonly Step[] = [
  set("sampler", "steps", 3),
  ...Object.entries({ steps: 1, batch: 1, microBatch: 1, lastSteps: 1, gradientSteps: 1 }).map(([name, value]) =>
    set("optimizer", name, value),
  ),
  set("preview", "every", 1000),
  set("preview-prompts", "text", "a red apple"),
];
const toVideoAndControlNet: readonly Step[] = [
  ...toVideo,
  set("moving", "frames", 2),
  set("moving", "steps", 2),
  add("edges", "model/controlnet"),
  add("steered", "apply/controlnet", { steps: 2 }),
  wire("optimizer.embedding", "steered.learned"),
  wire("preview-prompts.prompts", "steered.prompts"),
  wire("edges.control", "steered.controls"),
];

function save(name: string, ...steps: readonly Step[]): string {
  const file = at(`${name}.reneg.json`);
  writeFileSync(file, printWorkflow(emoji(...small, ...steps)));
  return file;
}

function learn(asked: object, onEvent: (event: RunEvent) => void = () => undefined, abort = new AbortController()) {
  const input = trainInput.parse({ ...asked, device: "cpu" });
  return train(input, { signal: abort.signal, emit: async (event) => onEvent(event as RunEvent) });
}

async function messageOf(asked: object): Promise<string | undefined> {
  const events: RunEvent[] = [];
  const refusal = await refusalOfWork(() => learn(asked, (event) => events.push(event)));
  expect(events.filter(({ type }) => type === "step")).toEqual([]);
  return refusal?.message;
}

test("a graph learns and then draws with what it learned; stopped meanwhile, it goes on where it was", async () => {
  const run = at("run");
  const abort = new AbortController();
  const stopAfterVideo = (event: RunEvent): void => {
    if (event.type === "note" && event.message.includes("applied-moving")) abort.abort();
  };
  const recipe = save("graph", ...toVideoAndControlNet);
  expect(await learn({ recipe, out: run }, stopAfterVideo, abort)).toMatchObject({ steps: 1, stopped: true });
  expect([existsSync(join(run, "applied-moving")), existsSync(join(run, "applied-steered"))]).toEqual([true, false]);

  const drawn: string[] = [];
  const resumed = await learn({ resume: run }, (event) => {
    if (event.type === "step") drawn.push("learning");
    if (event.type === "progress") drawn.push(event.phase);
  });
  expect(resumed).toMatchObject({ steps: 1, stopped: false });
  expect(new Set(drawn)).toEqual(
    new Set(["drawing on Emoji by their edges", "decoding frames on Emoji by their edges"]),
  );

  const columns = [
    { column: "none", negative: "" },
    { column: "written", negative: expect.stringContaining("blurry") },
    { column: "learned", negative: null },
  ];
  const record = (folder: string) =>
    appliedRecord.parse(JSON.parse(readFileSync(join(run, folder, "result.json"), "utf8")));
  expect(record("applied-moving")).toMatchObject({ draws: "videos", columns, settings: { frames: 2, steps: 2 } });
  expect(record("applied-steered")).toMatchObject({ draws: "pictures", columns, settings: { frames: 1, steps: 2 } });
  const video = await sharp(join(run, "applied-moving", "side-by-side.webp"), { animated: true }).metadata();
  expect({ width: video.width, height: video.pageHeight, pages: video.pages }).toEqual({
    width: 200,
    height: 64,
    pages: 2,
  });
  const pictures = ["none", "written", "learned"].map((column) =>
    sharp(join(run, "applied-steered", `${column}.png`))
      .raw()
      .toBuffer(),
  );
  expect(new Set((await Promise.all(pictures)).map((pixels) => pixels.toString("base64"))).size).toBe(3);
});

test("a drawing for which there is no memory is refused before anything is learned", () => {
  const { program } = readProgramFile(save("large", ...toVideo));
  expect(() => checkApplications(program, "cpu", 150 * 2 ** 20)).toThrow(
    /4 frames would need .+ but 0\.2 GB may be used/,
  );
  expect(() => checkApplications(program, "cpu", 2 ** 33)).not.toThrow();
});

test("a model that reads other texts is refused before anything is learned", async () => {
  writePipeline(at("sd"));
  const recipe = at("other.json");
  writeFileSync(
    recipe,
    JSON.stringify({ prompts: ["rocket"], steps: 1, applications: [{ to: "sd", prompts: ["rocket"] }] }),
  );
  expect(await messageOf({ recipe, out: at("other") })).toMatch(
    /\(77×64\), but an embedding of .*\(77×128\) is connected\n {2}at .*applications\.0/s,
  );
});
