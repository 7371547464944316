import { expect, test } from "vitest";
import { openPipeline } from "../pipeline.ts";
import { targetsIn } from "./lora-targets.ts";
import { modulePaths } from "./module-names.ts";

const emoji = openPipeline("emoji");
const unet = modulePaths(emoji.unet.weights);
const text = modulePaths(emoji.textEncoder.weights);

test("groups are what their names say, and together all that programs usually train", () => {
  const attention = targetsIn("unet", ["attention"], unet);
  const transformers = unet.filter((path) => path.endsWith(".proj_in")).length;
  expect(attention).toHaveLength(transformers * 2 * 4);
  expect(attention.every((path) => /\.attn[12]\.to_(q|k|v|out\.0)$/.test(path))).toBe(true);
  expect(targetsIn("unet", ["feed-forward"], unet).every((path) => /\.ff\.net\.(0\.proj|2)$/.test(path))).toBe(true);
  const convolutions = targetsIn("unet", ["convolutions"], unet);
  expect(convolutions.every((path) => emoji.unet.weights.get(`${path}.weight`)?.shape.length === 4)).toBe(true);
  expect(targetsIn("text encoder", ["attention", "feed-forward"], text)).toHaveLength(4 * 6);
});

test("a pattern is of a whole path, and a layer that two targets name is trained once", () => {
  expect(targetsIn("unet", ["*.attn2.to_k"], unet).every((path) => path.endsWith(".attn2.to_k"))).toBe(true);
  const attention = targetsIn("unet", ["attention"], unet);
  expect(targetsIn("unet", ["attention", "*.attn2.to_k"], unet)).toEqual(attention);
  expect(targetsIn("unet", ["conv_in"], unet)).toEqual(["conv_in"]);
});

test("a target that no layer has is refused, with the groups that there are", () => {
  expect(() => targetsIn("unet", ["attn2.to_k"], unet)).toThrow(/no layer of the unet is called attn2\.to_k/);
  expect(() => targetsIn("text encoder", ["convolutions"], text)).toThrow(/no layer of the text encoder/);
});
