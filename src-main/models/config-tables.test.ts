import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type ConfigTable, tableSchema } from "../common/config-table.ts";
import { schedulerClasses } from "../diffusion/scheduler-classes.ts";
import { schedulerTable } from "../diffusion/scheduler-config.ts";
import { bertTable } from "./blip/blip-config.ts";
import { clipConfig, clipTable, clipTextConfig, clipTextTable, clipVisionTable } from "./clip/clip-config.ts";
import { controlnetTable } from "./controlnet/controlnet-config.ts";
import { motionTable } from "./motion/motion-config.ts";
import { openClipTable, openClipTextTable, openClipVisionTable } from "./reward/open-clip-config.ts";
import { openClipPreprocessingTable, preprocessorTable } from "./reward/preprocessor-config.ts";
import { unetConfig, unetTable } from "./unet/unet-config.ts";
import { vaeTable } from "./vae/vae-config.ts";
import { unet3dTable } from "./video/unet-3d-config.ts";

type Defaults = Readonly<Record<string, unknown>>;

/** What bench/parity/make_config_fixture.py took from the sources of the libraries. */
const fixtureSchema = z.object({
  models: z.record(z.string(), z.record(z.string(), z.unknown())),
  imageProcessor: z.array(z.string()),
  schedulers: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const fixtureFile = new URL("../../bench/parity/fixtures/configs.json", import.meta.url);
const fixture = fixtureSchema.parse(JSON.parse(readFileSync(fixtureFile, "utf8")));

const tables: readonly ConfigTable[] = [
  unetTable,
  controlnetTable,
  unet3dTable,
  motionTable,
  vaeTable,
  clipTextTable,
  clipVisionTable,
  clipTable,
  bertTable,
  openClipTable,
  openClipTextTable,
  openClipVisionTable,
  openClipPreprocessingTable,
];

/** Where a file that leaves the key out is one of another class than its library's general one. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  "BertConfig.vocab_size": "BLIP adds two words to BERT's",
  "BertConfig.add_cross_attention": "BLIP's BERT always has it",
  "preprocess_cfg.size": "what the tower looks at is told by its tensors",
  "CLIPConfig.text_config": "a config of its own",
  "CLIPConfig.vision_config": "a config of its own",
  "CLIP of OpenCLIP.vision_cfg": "a config of its own",
  "CLIP of OpenCLIP.text_cfg": "a config of its own",
};

/** diffusers writes the only kind of block of an autoencoder as a list of one. */
function unlisted(table: ConfigTable, library: Defaults, key: string): unknown {
  const value = library[key];
  return Object.hasOwn(table.only, key) && Array.isArray(value) ? value[0] : value;
}

function sortedKeys(table: ConfigTable): readonly string[] {
  return [...Object.keys(table.used), ...Object.keys(table.only), ...table.harmless];
}

describe.each(tables.map((table) => [table.className, table] as const))("%s", (name, table) => {
  const library: Defaults = fixture.models[name] ?? {};

  test("every key of the library's class is sorted, and only once", () => {
    const keys = sortedKeys(table);
    expect(Object.keys(library).filter((key) => !keys.includes(key))).toEqual([]);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    expect(Object.keys(library).length).toBeGreaterThan(3);
  });

  test("an absent key means what it means to the library", () => {
    const parsed = z.object(table.used).safeParse({}).data ?? {};
    const keys = Object.keys(library).filter(
      (key) => !table.harmless.includes(key) && !Object.hasOwn(OTHER_DEFAULTS, `${name}.${key}`),
    );
    const ours = keys.map((key) => [key, Object.hasOwn(table.used, key) ? parsed[key] : table.only[key]?.[0]]);
    expect(Object.fromEntries(ours)).toEqual(
      Object.fromEntries(keys.map((key) => [key, unlisted(table, library, key)])),
    );
  });

  test("a key that nobody knows is refused by name, and notes of programs are not", () => {
    const { error } = tableSchema(table).safeParse({ _note: 1, twist: 1 });
    expect(error?.issues.map(({ path }) => path.join("."))).toContain("twist");
    expect(error?.issues.map(({ path }) => path.join("."))).not.toContain("_note");
  });
});

test("every key of an image processor is sorted", () => {
  expect(fixture.imageProcessor.filter((key) => !sortedKeys(preprocessorTable).includes(key))).toEqual([]);
});

describe("schedulers", () => {
  test.each([...schedulerClasses.keys()])("every key of %s is sorted, and its noise is that of the library", (name) => {
    const library = fixture.schedulers[name] ?? {};
    expect(Object.keys(library).filter((key) => !sortedKeys(schedulerTable).includes(key))).toEqual([]);
    const parsed = tableSchema(schedulerTable).parse({ ...schedulerClasses.get(name)?.defaults });
    const { num_train_timesteps, beta_start, beta_end, beta_schedule } = library;
    expect(parsed).toMatchObject({ num_train_timesteps, beta_start, beta_end, beta_schedule });
  });

  test("no sampler over discrete noise is left out but those that go another way", () => {
    const discrete = Object.entries(fixture.schedulers).flatMap(([name, keys]) => ("beta_end" in keys ? [name] : []));
    expect(discrete.filter((name) => !schedulerClasses.has(name)).toSorted()).toEqual([
      "CogVideoXDDIMScheduler",
      "CogVideoXDPMScheduler",
      "DDIMInverseScheduler",
      "DPMSolverMultistepInverseScheduler",
      "RePaintScheduler",
    ]);
  });
});

const issuesOf = (schema: z.ZodType, config: unknown): Record<string, string> =>
  Object.fromEntries(
    (schema.safeParse(config).error?.issues ?? []).map((issue) => [issue.path.join("."), issue.message]),
  );

const TWO_LEVELS = {
  block_out_channels: [32, 64],
  down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D"],
  up_block_types: ["CrossAttnUpBlock2D", "UpBlock2D"],
};

test("one value for every level is that value, and values that differ are refused", () => {
  const lists = { transformer_layers_per_block: [1, 1], only_cross_attention: [false, false] };
  const config = { ...TWO_LEVELS, ...lists, cross_attention_dim: [48, 48], layers_per_block: [1, 2] };
  expect(unetConfig.parse(config)).toMatchObject({ cross_attention_dim: 48, layers_per_block: [1, 2] });
  expect(issuesOf(unetConfig, { ...config, cross_attention_dim: [48, 64] })).toHaveProperty("cross_attention_dim");
  expect(issuesOf(unetConfig, { ...config, transformer_layers_per_block: [1, 2] })).toHaveProperty(
    "transformer_layers_per_block",
  );
  expect(issuesOf(unetConfig, { ...config, layers_per_block: [1] })).toHaveProperty("layers_per_block");
});

test.each<[string, object]>([
  ["time_embedding_act_fn", { time_embedding_act_fn: "silu" }],
  ["timestep_post_act", { timestep_post_act: "silu" }],
  ["time_embedding_dim", { time_embedding_dim: 256 }],
  ["attention_type", { attention_type: "gated" }],
  ["resnet_out_scale_factor", { resnet_out_scale_factor: 1.4 }],
  ["act_fn", { act_fn: "mish" }],
])("a UNet with %s of its own is refused", (key, change) => {
  expect(Object.keys(issuesOf(unetConfig, { ...TWO_LEVELS, ...change }))).toEqual([key]);
  // And whatever else is wrong with it is told at the same time.
  const alsoOdd = { ...TWO_LEVELS, ...change, in_channels: 0 };
  expect(Object.keys(issuesOf(unetConfig, alsoOdd)).toSorted()).toEqual([key, "in_channels"].toSorted());
});

test.each<[string, object]>([
  ["block_out_channels.0", { block_out_channels: [2_147_483_648] }],
  ["block_out_channels.0", { block_out_channels: [-32, 64] }],
  ["block_out_channels.0", { block_out_channels: ["32", 64] }],
  ["block_out_channels.0", { block_out_channels: [32.5, 64] }],
  ["block_out_channels", { block_out_channels: Array.from({ length: 64 }, () => 32) }],
  ["block_out_channels", { block_out_channels: null }],
  ["layers_per_block", { layers_per_block: 1e9 }],
  ["attention_head_dim", { attention_head_dim: 0 }],
  ["attention_head_dim", { attention_head_dim: 7 }],
  ["norm_num_groups", { norm_num_groups: 3 }],
  ["norm_eps", { norm_eps: "tiny" }],
])("%s that nothing can be built of is refused: %j", (key, change) => {
  expect(Object.keys(issuesOf(unetConfig, { ...TWO_LEVELS, ...change }))).toContain(key);
});

test("of a CLIP that tells its towers twice the older key counts, as in transformers", () => {
  const config = { text_config: { hidden_size: 64, num_hidden_layers: 3 }, text_config_dict: { hidden_size: 128 } };
  // What text_config_dict leaves out is CLIP's default.
  expect(clipConfig.parse(config).text_config).toMatchObject({ hidden_size: 128, num_hidden_layers: 12 });
  expect(clipConfig.parse({ ...config, text_config_dict: null }).text_config.hidden_size).toBe(64);
});

test("a text encoder may be a whole CLIPModel, of which the text tower is read", () => {
  expect(clipTextConfig.parse({ model_type: "clip", text_config: { hidden_size: 64 } }).hidden_size).toBe(64);
});
