import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../../bench/parity/check-reward.ts";
import { fixtureFile } from "../../../bench/parity/manifest.ts";
import type { Shape } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { clipImageEmbedding, clipTextEmbedding } from "../clip/clip.ts";
import { rootScope } from "../scope.ts";
import { readOpenClipModel } from "./open-clip-model.ts";
import { openReward, rewardKindOf } from "./open-reward.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-reward-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string): string {
  const found = readRewardFixture().rewards.find((reward) => reward.name === name);
  if (found === undefined) throw new Error(`no reward ${name} in the fixture`);
  return writeReward(found, folder);
}

test("every kind names itself and tells what its score is", () => {
  const { kind, title, facts } = openReward(write("reward-hps-torch"));
  expect({ kind, title }).toEqual({ kind: "hps", title: "HPSv2" });
  expect(facts).toMatchObject({
    score: "cosine of picture and prompt (logits: times 14.3)",
    resizing: "longest side to 28 pixels, with a black border 28×28; bicubic, antialiased",
  });
});

test("options change scale, resizing and kind", () => {
  const path = write("reward-hps-torch");
  expect(openReward(path, { score: "scaled", antialias: false }).facts).toMatchObject({
    score: "cosine of picture and prompt, times 14.3",
    resizing: expect.stringContaining("not antialiased"),
  });
  expect(openReward(path, { kind: "open-clip" }).facts["resizing"]).toMatch(/^shortest side to 28 pixels/);
});

test("a CLIPModel is PickScore by its name only", () => {
  expect(rewardKindOf(write("reward-clip"))?.name).toBe("clip");
  expect(rewardKindOf(write("reward-pickscore"))?.name).toBe("pickscore");
});

test("a folder is opened by the one file in it that is a reward", () => {
  write("reward-hps-torch");
  expect(rewardKindOf(folder)?.name).toBe("hps");
});

test("the aesthetic predictor finds its tower in a folder beside it, and knows no prompt", () => {
  const head = "sac+logos+ava1-toy-linearMSE.safetensors";
  const inside = join(folder, "clip-vit-large-patch14");
  mkdirSync(inside);
  const found = readRewardFixture().rewards.find(({ name }) => name === "reward-aesthetic");
  if (found === undefined) throw new Error("no aesthetic reward in the fixture");
  writeReward(found, inside);
  copyFileSync(join(inside, head), join(folder, head));
  rmSync(join(inside, head));
  expect(openReward(join(folder, head))).toMatchObject({ kind: "aesthetic", text: null });
});

describe("what cannot be opened is refused by name", () => {
  test("a path where nothing is", () => {
    expect(() => openReward(join(folder, "none"))).toThrow(/no such file or folder/);
  });

  test("a folder without a reward", () => {
    expect(() => openReward(folder)).toThrow(/no known kind of reward/);
  });

  test("a kind that nobody knows", () => {
    expect(() => openReward(write("reward-hps-torch"), { kind: "hpsv3" })).toThrow(
      /no kind of reward is called "hpsv3"[^]*image-reward, aesthetic/,
    );
  });

  test("a kind that the files are not", () => {
    expect(() => openReward(write("reward-hps-torch"), { kind: "image-reward" })).toThrow(/weights of ImageReward/);
  });

  test("two rewards in one folder", () => {
    write("reward-hps-torch");
    copyFileSync(fixtureFile("rewards/HPS_v2.1_tiny.pt"), join(folder, "HPS_v2_compressed.pt"));
    expect(() => openReward(folder)).toThrow(/several rewards: HPS_v2.1_tiny.pt, HPS_v2_compressed.pt/);
  });

  test("a text that is no weight file", () => {
    const file = join(folder, "HPS_v2.1.pt");
    writeFileSync(file, "<html>404</html>");
    expect(() => openReward(file)).toThrow(/HPS_v2\.1\.pt/);
  });

  test("an aesthetic predictor without CLIP", () => {
    write("reward-aesthetic");
    rmSync(join(folder, "config.json"));
    expect(() => openReward(folder)).toThrow(/needs CLIP ViT-L\/14 to look through/);
  });

  test("a scaled aesthetic score", () => {
    expect(() => openReward(write("reward-aesthetic"), { score: "scaled" })).toThrow(/neither a cosine nor/);
  });

  test("an OpenCLIP model of unknown architecture without its config", () => {
    const path = write("reward-hps-torch");
    rmSync(join(folder, "open_clip_config.json"));
    expect(() => openReward(path)).toThrow(/how many heads/);
  });
});

/** Names and shapes of HPSv2.1, which is published without a config. */
function hpsShapes(): Map<string, Shape> {
  const block = (prefix: string, width: number): [string, Shape][] => [
    ...["ln_1", "ln_2"].flatMap((norm): [string, Shape][] => [
      [`${prefix}.${norm}.weight`, [width]],
      [`${prefix}.${norm}.bias`, [width]],
    ]),
    [`${prefix}.attn.in_proj_weight`, [3 * width, width]],
    [`${prefix}.attn.in_proj_bias`, [3 * width]],
    [`${prefix}.attn.out_proj.weight`, [width, width]],
    [`${prefix}.attn.out_proj.bias`, [width]],
    [`${prefix}.mlp.c_fc.weight`, [4 * width, width]],
    [`${prefix}.mlp.c_fc.bias`, [4 * width]],
    [`${prefix}.mlp.c_proj.weight`, [width, 4 * width]],
    [`${prefix}.mlp.c_proj.bias`, [width]],
  ];
  const blocks = (prefix: string, count: number, width: number) =>
    Array.from({ length: count }, (_, i) => block(`${prefix}transformer.resblocks.${i}`, width)).flat();
  return new Map<string, Shape>([
    ["positional_embedding", [77, 1024]],
    ["text_projection", [1024, 1024]],
    ["logit_scale", []],
    ["token_embedding.weight", [49408, 1024]],
    ["ln_final.weight", [1024]],
    ["ln_final.bias", [1024]],
    ...blocks("", 24, 1024),
    ["visual.class_embedding", [1280]],
    ["visual.positional_embedding", [257, 1280]],
    ["visual.proj", [1280, 1024]],
    ["visual.conv1.weight", [1280, 3, 14, 14]],
    ["visual.ln_pre.weight", [1280]],
    ["visual.ln_pre.bias", [1280]],
    ["visual.ln_post.weight", [1280]],
    ["visual.ln_post.bias", [1280]],
    ...blocks("visual.", 32, 1280),
  ]);
}

test("HPSv2.1 at full size is ViT-H/14 by its shapes, with CLIP's own vocabulary", () => {
  const file = join(folder, "HPS_v2.1_compressed.pt");
  const tensors = new Map(
    [...hpsShapes()].map(([name, shape]) => {
      const length = 2 * shape.reduce((n, size) => n * size, 1);
      return [name, { dtype: "float16" as const, shape, file, offset: 0, length }];
    }),
  );
  const { config, weights, tokenizer } = readOpenClipModel({ file, tensors }, folder, file);
  expect(config).toMatchObject({
    projection_dim: 1024,
    vision_config: {
      hidden_size: 1280,
      num_hidden_layers: 32,
      num_attention_heads: 16,
      intermediate_size: 5120,
      patch_size: 14,
      image_size: 224,
      hidden_act: "gelu",
    },
    text_config: {
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      intermediate_size: 4096,
      vocab_size: 49408,
      max_position_embeddings: 77,
      hidden_act: "gelu",
    },
  });
  expect(tokenizer.encode("a photo of a cat").ids.slice(0, 7)).toEqual([49406, 320, 1125, 539, 320, 2368, 49407]);
  // Every tensor is asked for, in the shape that it has.
  const b = new GraphBuilder();
  const scope = rootScope(b, weights, { file });
  clipTextEmbedding(scope, config, { inputIds: b.input("ids", "int64", [1, 77]) });
  clipImageEmbedding(scope, config, b.input("pixels", "float32", [1, 3, 224, 224]));
  expect([...b.build().weights.keys()].length).toBe(weights.size - 1);
  expect(weights.size).toBe(910);
});
