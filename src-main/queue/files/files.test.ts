import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { codeOf } from "../../common/testing/code-of.ts";
import { createIdentify } from "../../weights/identity.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { createMemoryQueue } from "../memory/memory-queue.ts";
import { hashOf } from "../sign.ts";
import { openKeptFiles } from "./kept-files.ts";
import { openModelFolders } from "./model-folders.ts";
import { gatherFiles } from "./sent-files.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-files-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => rmSync(root, { recursive: true }));

/** More than a mebibyte at each end, so that samples of what lies between are looked at. */
function writeWeights(file: string, name: string, middle = 0.5): void {
  const data = new Float32Array(2 ** 20).fill(0.5).fill(middle, 2 ** 19, 2 ** 19 + 2 ** 14);
  writeSafetensors(file, { [name]: floatTensor([2 ** 20], data) });
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
  const { identity } = createIdentify()(at("mine", "sd"));
  const hash = hashOf("small");
  expect(words).toEqual([`reneg-model:${identity}`, `reneg-file:${hash}`, "emoji:pipeline"]);
  expect(files.models()).toEqual([{ identity, name: "sd" }]);
  expect(files.files()).toEqual([{ hash, name: "lora.safetensors" }]);
  expect(files.contents().map((bytes) => Buffer.from(bytes).toString())).toEqual(["small"]);
  expect(JSON.stringify([words, files.models(), files.files()])).not.toContain(root);
  expect(codeOf(() => files.wordOf(at("nowhere")))).toBe("file-missing");
});

test("a worker finds weights in its own folders, also such as came after it began, and says that a folder is missing", () => {
  const folders = openModelFolders([at("theirs")]);
  const { identity } = createIdentify()(at("mine", "sd"));
  expect(folders.pathOf(identity)).toBe(at("theirs", "models", "stable"));
  writeWeights(at("late.safetensors"), "late");
  const late = createIdentify()(at("late.safetensors"));
  expect(folders.pathOf(late.identity)).toBeUndefined();
  cpSync(at("late.safetensors"), at("theirs", "came.safetensors"));
  expect(folders.pathOf(late.identity)).toBe(at("theirs", "came.safetensors"));
  expect(codeOf(() => openModelFolders([at("nowhere")]))).toBe("file-missing");
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
