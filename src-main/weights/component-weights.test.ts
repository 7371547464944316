import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { chooseWeights, holdsTwoSets, readComponentWeights } from "./component-weights.ts";
import { writeSafetensors } from "./safetensors.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "component-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, ...tensors: string[]): void =>
  writeSafetensors(join(folder, name), Object.fromEntries(tensors.map((tensor) => [tensor, floatTensor([1], [1])])));

const putIndex = (name: string, weightMap: unknown): void =>
  writeFileSync(join(folder, name), JSON.stringify({ metadata: { total_size: 8 }, weight_map: weightMap }));

const placed = (): [string, string][] =>
  [...readComponentWeights(folder)].map(([name, { file }]) => [name, file.slice(folder.length + 1)]);

test.each([
  "diffusion_pytorch_model.safetensors",
  "model.safetensors",
  "diffusion_pytorch_model.fp16.safetensors",
  "model.fp16.safetensors",
])("%s is found", (name) => {
  put(name, "a");
  expect(placed()).toEqual([["a", name]]);
});

test("full precision is preferred to half", () => {
  put("model.fp16.safetensors", "a");
  put("model.safetensors", "a");
  expect(placed()).toEqual([["a", "model.safetensors"]]);
});

test.each(["diffusion_pytorch_model.bf16.safetensors", "diffusion_pytorch_model.non_ema.safetensors"])(
  "%s is taken where it is all there is",
  (name) => {
    put(name, "a");
    expect(placed()).toEqual([["a", name]]);
  },
);

test("of two sets of weights the running means are taken, unless those as trained are asked for", () => {
  put("diffusion_pytorch_model.safetensors", "means");
  expect(holdsTwoSets(folder)).toBe(false);
  put("diffusion_pytorch_model.non_ema.safetensors", "trained");
  expect(holdsTwoSets(folder)).toBe(true);
  const taken = (ema?: boolean): string[] => [...readComponentWeights(folder, ema).keys()];
  expect([taken(), taken(true), taken(false)]).toEqual([["means"], ["means"], ["trained"]]);
});

test.each([true, false])("a choice between two sets (ema: %s) is refused where there is one", (ema) => {
  put("diffusion_pytorch_model.non_ema.safetensors", "a");
  expect(() => readComponentWeights(folder, ema)).toThrow("one set of the UNet's weights");
});

test.each([
  "diffusion_pytorch_model.safetensors.index.json",
  "model.safetensors.index.json",
  "model.safetensors.index.fp16.json",
])("shards are joined through %s", (index) => {
  put("part-1-of-2.safetensors", "a", "b");
  put("part-2-of-2.safetensors", "c");
  putIndex(index, { c: "part-2-of-2.safetensors", a: "part-1-of-2.safetensors" });
  // Also what the index does not list: diffusers and transformers read every tensor of a shard.
  expect(placed()).toEqual([
    ["c", "part-2-of-2.safetensors"],
    ["a", "part-1-of-2.safetensors"],
    ["b", "part-1-of-2.safetensors"],
  ]);
});

test.each([
  "../other.safetensors",
  "/etc/other.safetensors",
  "sub/other.safetensors",
  "..\\other.safetensors",
  "C:other.safetensors",
  "other.bin",
])("a shard called %s is refused", (shard) => {
  putIndex("model.safetensors.index.json", { a: shard });
  expect(() => readComponentWeights(folder)).toThrow(/must be a \.safetensors file in the folder/);
});

test("a missing shard and a shard without its tensor are refused by name", () => {
  putIndex("model.safetensors.index.json", { a: "one.safetensors" });
  expect(() => readComponentWeights(folder)).toThrow(/this file is missing[^]*one\.safetensors/);
  put("one.safetensors", "b");
  expect(() => readComponentWeights(folder)).toThrow(/does not hold it[^]*one\.safetensors › a/);
});

test("an index that is something else is refused", () => {
  writeFileSync(join(folder, "model.safetensors.index.json"), "<html>");
  expect(() => readComponentWeights(folder)).toThrow(/this is no JSON, but a web page/);
  putIndex("model.safetensors.index.json", ["a"]);
  expect(() => readComponentWeights(folder)).toThrow(/not an index of shards/);
});

test("a folder without weights says what was looked for and what is there", () => {
  writeFileSync(join(folder, "config.json"), "{}");
  expect(() => readComponentWeights(folder)).toThrow(/looked for diffusion_pytorch_model and .*found config\.json/);
});

test("safetensors are preferred to PyTorch's own files, which are found too", () => {
  writeFileSync(join(folder, "diffusion_pytorch_model.bin"), "PK\x03\x04 and no more");
  expect(() => readComponentWeights(folder)).toThrow(/diffusion_pytorch_model\.bin/);
  put("diffusion_pytorch_model.fp16.safetensors", "a");
  expect(placed()).toEqual([["a", "diffusion_pytorch_model.fp16.safetensors"]]);
});

test("a path that is no folder is refused", () => {
  mkdirSync(join(folder, "unet"));
  expect(() => readComponentWeights(join(folder, "vae"))).toThrow(/no folder of this name/);
});

test("of several sets of files it is told which are not read", () => {
  put("diffusion_pytorch_model.safetensors", "a");
  put("diffusion_pytorch_model.fp16.safetensors", "a");
  put("diffusion_pytorch_model.non_ema.safetensors", "a");
  expect(chooseWeights(folder)).toEqual({
    taken: "diffusion_pytorch_model.safetensors",
    others: ["diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.non_ema.safetensors"],
  });
});

test.each([
  ["_orig_mod.", "a.weight"],
  ["module.", "a.weight"],
  ["module._orig_mod.", "a.weight"],
  ["_orig_mod.module.model.", "a.weight"],
  ["model.module.", "a.weight"],
])("what training puts around a network is no part of its names: %s", (wrapper, name) => {
  put("model.safetensors", `${wrapper}${name}`, `${wrapper}b.0._orig_mod.c`);
  expect([...readComponentWeights(folder).keys()]).toEqual([name, "b.0.c"]);
});

test("wrapped shards are unwrapped after they are joined", () => {
  put("part-1-of-2.safetensors", "module.a");
  put("part-2-of-2.safetensors", "module.b");
  putIndex("model.safetensors.index.json", {
    "module.a": "part-1-of-2.safetensors",
    "module.b": "part-2-of-2.safetensors",
  });
  expect([...readComponentWeights(folder).keys()]).toEqual(["a", "b"]);
});

test("a counter beside a wrapped network does not keep it wrapped, and one tensor under two names is refused", () => {
  put("model.safetensors", "module.a", "n_averaged");
  expect([...readComponentWeights(folder).keys()]).toEqual(["a", "n_averaged"]);
  put("model.safetensors", "a", "_orig_mod.a");
  expect(() => readComponentWeights(folder)).toThrow(/weight-twice|which the file holds besides/);
});

test("the UNet of a single file keeps its name", () => {
  put("model.safetensors", "model.diffusion_model.a");
  expect([...readComponentWeights(folder).keys()]).toEqual(["model.diffusion_model.a"]);
});
