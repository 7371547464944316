import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../../bench/parity/check-reward.ts";
import { EMBEDDED_TITLES } from "../../common/embedded-name.ts";
import { KNOWN_SPACES } from "../../common/embedding-space.ts";
import { floatTensor } from "../../common/tensor.ts";
import { fullSizeShapes, type Shapes, writeSparse } from "../../models/testing/sparse-checkpoint.ts";
import { writePipeline } from "../../models/testing/write-pipeline.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { describeFiles } from "../handlers/describe-files.ts";
import { describeFile } from "./describe-file.ts";

const root = mkdtempSync(join(tmpdir(), "describe-file-"));
const at = (...names: string[]): string => join(root, ...names);

/** As ComfyUI keeps its models, with a program of thousands of files beside them. */
beforeAll(() => {
  sparse("models/checkpoints/v1-5-pruned.safetensors", fullSizeShapes("sd1"));
  sparse("models/checkpoints/xl/sd_xl.safetensors", { "conditioner.embedders.0.x": [4] });
  sparse("models/loras/style.safetensors", { "lora_unet_down_blocks_0.lora_down.weight": [4, 32] });
  writePipeline(at("models/diffusers/sd"));
  writeReward(rewardNamed("reward-hps-torch"), at("models/rewards"));
  writeReward(rewardNamed("reward-clip"), at("models/rewards/clip-vit-l"));
  make("models/embeddings");
  const conditioning = floatTensor([1, 77, 768], new Float32Array(77 * 768).fill(0.5));
  writeSafetensors(at("models/embeddings/negative.safetensors"), { conditioning });
  const vectors = floatTensor([2, 1024], new Float32Array(2 * 1024).fill(0.5));
  writeSafetensors(at("models/embeddings/easy.safetensors"), { emb_params: vectors });
  writeFileSync(at("models/embeddings/read me.txt"), "what these are\n");
  writeFileSync(at("prompts.txt"), "a cat\n");
  for (let i = 0; i < 50; i++) make(`custom_nodes/node-${i}/models`);
});
afterAll(() => rmSync(root, { recursive: true }));

function make(folder: string): void {
  mkdirSync(at(folder), { recursive: true });
}

function sparse(file: string, shapes: Shapes): void {
  make(dirname(file));
  writeSparse(at(file), shapes);
}

function rewardNamed(name: string) {
  const found = readRewardFixture().rewards.find((reward) => reward.name === name);
  if (found === undefined) throw new Error(`no reward ${name} in the fixture`);
  return found;
}

async function inFolder(folder: string) {
  const found = await describeFiles({ paths: [], folders: [folder] }, { signal: new AbortController().signal });
  return Object.fromEntries(found.map((file) => [file.name, file]));
}

test.each(Object.entries(EMBEDDED_TITLES))("%s comes with the program as %s, and can be used", (path, title) => {
  const file = describeFile(path);
  expect(file).toMatchObject({ path, name: title, refusal: null });
  expect(file?.bytes).toBeGreaterThan(100);
});

test("a folder of models gives each with its kind, and with why it cannot be used", async () => {
  const found = await inFolder(at("models"));
  expect(Object.keys(found)).toHaveLength(8);
  expect(found["v1-5-pruned"]).toMatchObject({
    kind: "pipeline",
    what: "Stable Diffusion 1.x",
    space: { id: KNOWN_SPACES.clipL.id },
    refusal: null,
  });
  expect(found["v1-5-pruned"]?.bytes).toBeGreaterThan(3e9);
  expect(found["sd"]).toMatchObject({ kind: "pipeline", refusal: null });
  expect(found["HPS_v2.1_tiny"]).toMatchObject({ kind: "reward", what: "HPSv2", refusal: null });
  expect(found["clip-vit-l"]).toMatchObject({ kind: "reward", what: "CLIP reward", refusal: null });
  expect(found["negative"]).toMatchObject({ kind: "embedding", space: { width: 768 }, refusal: null });
  expect(found["easy"]).toMatchObject({ kind: "embedding", what: "textual inversion", refusal: null });
  expect(found["style"]).toMatchObject({ kind: "lora", what: "LoRA", refusal: null });
  expect(found["sd_xl"]).toMatchObject({ kind: "other", what: "single-file Stable Diffusion XL" });
});

test("the folder of the program that they belong to gives the same", async () => {
  expect(Object.keys(await inFolder(root)).toSorted()).toEqual(Object.keys(await inFolder(at("models"))).toSorted());
});

test("a text and an image can be chosen by themselves", () => {
  expect(describeFile(at("prompts.txt"))).toMatchObject({ kind: "prompts", name: "prompts.txt" });
  expect(describeFile("emoji:controlnet/example.png")).toMatchObject({ kind: "image" });
});

test("a folder of pairs or of rated images is one thing, whatever images lie in it", () => {
  for (const [kind, table] of [
    ["pairs", "pairs.jsonl"],
    ["ratings", "ratings.csv"],
  ] as const) {
    make(`said/${kind}`);
    writeFileSync(at("said", kind, table), "");
    expect(describeFile(at("said", kind))).toMatchObject({ kind, name: kind, refusal: null });
  }
});

test("what is not there, or no file of weights, is nothing to choose", () => {
  expect(describeFile(at("not there"))).toBeUndefined();
  writeFileSync(at("program.exe"), "MZ");
  expect(describeFile(at("program.exe"))).toBeUndefined();
});

test("a damaged file is told as one that nothing can use", () => {
  writeFileSync(at("broken.safetensors"), "no weights");
  expect(describeFile(at("broken.safetensors"))).toMatchObject({ kind: "other", refusal: { severity: "error" } });
});

test("a snapshot in the cache of a hub is called by its repository, and found through its links", async () => {
  const snapshot = at("hub/models--someone--a-model/snapshots/0123abcd");
  mkdirSync(dirname(snapshot), { recursive: true });
  symlinkSync(at("models/diffusers/sd"), snapshot);
  expect(Object.keys(await inFolder(at("hub")))).toEqual(["someone/a-model"]);
});

test("a file that changed is looked at again", async () => {
  const name = "changing";
  writeFileSync(at("hub", `${name}.safetensors`), "not yet");
  expect((await inFolder(at("hub")))[name]).toMatchObject({ kind: "other" });
  sparse(`hub/${name}.safetensors`, fullSizeShapes("sd2"));
  expect((await inFolder(at("hub")))[name]).toMatchObject({ kind: "pipeline", what: "Stable Diffusion 2.x" });
});
