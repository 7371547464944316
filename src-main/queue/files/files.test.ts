import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobTicket } from "../../common/queue/job.ts";
import { floatTensor } from "../../common/tensor.ts";
import { codeOf } from "../../common/testing/code-of.ts";
import { refusalOfWork } from "../../common/testing/refusal-of.ts";
import { createIdentify } from "../../weights/identity.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { createMemoryQueue } from "../memory/memory-queue.ts";
import { hashOf } from "../sign.ts";
import { smallJob, smallPiece } from "../testing/small-job.ts";
import { createExecutor } from "../worker/execute-piece.ts";
import { openKeptFiles } from "./kept-files.ts";
import { openModelFolders } from "./model-folders.ts";
import { gatherFiles } from "./sent-files.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-files-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => rmSync(root, { recursive: true }));

/** @param values 2 ** 20 of them, all alike */
function writeWeights(file: string, name: string, values = 0.5): void {
  writeSafetensors(file, { [name]: floatTensor([2 ** 20], new Float32Array(2 ** 20).fill(values)) });
}

beforeAll(() => {
  mkdirSync(at("mine", "sd", "unet"), { recursive: true });
  writeWeights(at("mine", "sd", "unet", "model.safetensors"), "weight");
  writeFileSync(at("mine", "sd", "model_index.json"), "{}");
  writeFileSync(at("mine", "lora.safetensors"), "small");
  mkdirSync(at("theirs", "models"), { recursive: true });
  cpSync(at("mine", "sd"), at("theirs", "models", "stable"), { recursive: true });
  writeFileSync(at("theirs", "models", "stable", "README.md"), "left by a download");
});

test("a folder and a large file are named by what they are, a small file is sent, and no path leaves", () => {
  const files = gatherFiles();
  const words = [at("mine", "sd"), at("mine", "lora.safetensors"), "emoji:pipeline"].map(files.wordOf);
  const { identity, bytes } = createIdentify()(at("mine", "sd"));
  const hash = hashOf("small");
  expect(words).toEqual([`reneg-model:${identity}`, `reneg-file:${hash}`, "emoji:pipeline"]);
  expect(files.models()).toEqual([{ identity, name: "sd", bytes }]);
  expect(files.files()).toEqual([{ hash, name: "lora.safetensors" }]);
  expect(files.contents().map((content) => Buffer.from(content).toString())).toEqual(["small"]);
  expect(JSON.stringify([words, files.models(), files.files()])).not.toContain(root);
  expect(codeOf(() => files.wordOf(at("nowhere")))).toBe("file-missing");
});

test("a worker finds weights in its own folders, also such as came after it began, and says that a folder is missing", () => {
  const folders = openModelFolders([at("theirs")]);
  expect(folders.pathOf(createIdentify()(at("mine", "sd")))).toBe(at("theirs", "models", "stable"));
  writeWeights(at("late.safetensors"), "late");
  const late = createIdentify()(at("late.safetensors"));
  expect(folders.pathOf(late)).toBeUndefined();
  cpSync(at("late.safetensors"), at("theirs", "came.safetensors"));
  expect(folders.pathOf(late)).toBe(at("theirs", "came.safetensors"));
  expect(codeOf(() => openModelFolders([at("nowhere")]))).toBe("file-missing");
});

test("a worker finds nothing where another training was written over what it has found, and what was moved where it is now", () => {
  mkdirSync(at("moving"));
  const [here, there] = [at("moving", "lora.safetensors"), at("moving", "moved.safetensors")];
  writeWeights(here, "weight", 0.5);
  const first = createIdentify()(here);
  const folders = openModelFolders([at("moving")]);
  expect(folders.pathOf(first)).toBe(here);
  renameSync(here, there);
  writeWeights(here, "weight", 0.25);
  expect(folders.pathOf(first)).toBe(there);
  expect(folders.pathOf(createIdentify()(here))).toBe(here);
  writeWeights(there, "weight", 0.25);
  expect(folders.pathOf(first)).toBeUndefined();
  rmSync(there);
  expect(folders.pathOf(first)).toBeUndefined();
});

test("a worker lists what it has by size when it starts, and reads only what has the size that a job names", () => {
  mkdirSync(at("sized"));
  const files = ["a", "b", "other"].map((name) => at("sized", `${name}.safetensors`));
  for (const [i, file] of files.entries()) writeFileSync(file, `${i}`.repeat(i < 2 ? 1000 : 1001));
  const identify = createIdentify();
  const read: string[] = [];
  const folders = openModelFolders([at("sized")], (path) => {
    read.push(path);
    return identify(path);
  });
  expect(read).toEqual([]);
  expect(folders.models()).toEqual([
    { name: "sized", bytes: 3001 },
    { name: "a.safetensors", bytes: 1000 },
    { name: "b.safetensors", bytes: 1000 },
    { name: "other.safetensors", bytes: 1001 },
  ]);
  const [, wanted = ""] = files;
  expect(folders.pathOf(identify(wanted))).toBe(wanted);
  expect(read).toEqual(files.slice(0, 2));
});

test("a worker takes part in a job whose models it has, and says by the coordinator's names which it lacks or has no longer", async () => {
  const sent = gatherFiles();
  sent.wordOf(at("mine", "sd"));
  const job = jobTicket.parse(smallJob({ models: [...sent.models()] }));
  cpSync(at("mine", "sd"), at("passing", "sd"), { recursive: true });
  const { judge, execute } = createExecutor({
    queue: createMemoryQueue(),
    models: openModelFolders([at("passing")]),
    files: openKeptFiles(at("kept")),
    compute: () => Promise.reject(new Error("nothing is computed")),
  });
  expect(await judge(job)).toBeNull();
  rmSync(at("passing", "sd"), { recursive: true });
  expect(await judge(job)).toBe("it lacks sd in its folders of models");
  const { signal } = new AbortController();
  const tell = { progress: () => undefined, checkpoint: () => undefined };
  const refusal = await refusalOfWork(() => execute(smallPiece("one"), job, signal, tell));
  expect(refusal?.diagnostics[0]).toMatchObject({ code: "model-missing", at: { part: "sd" } });
});

test("a small file is fetched once, and again where what was kept is not what it should be", async () => {
  const { blobs } = createMemoryQueue();
  const hash = await blobs.put(Buffer.from("a file"));
  const kept = openKeptFiles(at("kept"));
  const file = { hash, name: "../odd/na me.safe tensors" };
  const path = await kept.fetch(file, blobs);
  expect(path).toBe(at("kept", `${hash}.safetensors`));
  writeFileSync(path ?? "", "damaged");
  expect(await kept.fetch(file, blobs)).toBe(path);
  await blobs.drop([hash]);
  expect(await kept.fetch(file, blobs)).toBe(path);
  expect(await kept.fetch({ ...file, hash: hashOf("other") }, blobs)).toBeNull();
});
