import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readVideoFixture, writeOriginalFile } from "../../bench/parity/check-video.ts";
import { networkNamed } from "../../bench/parity/manifest.ts";
import { writeNetwork } from "../../bench/parity/write-network.ts";
import { inspection } from "../common/inspection.ts";
import { floatTensor, type Shape } from "../common/tensor.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "../embeddings/testing/sample-embedding.ts";
import { embedded } from "../models/embedded.ts";
import { originalShapes, withRunningMeans, writeSparse } from "../models/testing/sparse-checkpoint.ts";
import { changeJson, writePipeline, writeTokenizer } from "../models/testing/write-pipeline.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { inspectPath } from "./inspect.ts";

const root = mkdtempSync(join(tmpdir(), "inspect-"));
const pipeline = join(root, "small-sd");
beforeAll(() => writePipeline(pipeline), 60_000);
afterAll(() => rmSync(root, { recursive: true }));

/** As the command line gets it, facts by name. */
function inspect(path: string) {
  const { facts, components = [], problems, ...rest } = inspection.parse(inspectPath(path));
  return {
    ...rest,
    facts: byName(facts),
    components: Object.fromEntries(components.map((part) => [part.name, { ...part, facts: byName(part.facts) }])),
    problems: problems.map(({ severity, code }) => `${severity} ${code}`),
    messages: problems.map(({ message }) => message),
    helps: problems.map(({ help }) => help),
  };
}

function byName(facts: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

/** A safetensors file of zeros. */
function weights(name: string, shapes: Readonly<Record<string, Shape>>): string {
  const path = join(root, name);
  const zeros = (shape: Shape) => floatTensor(shape, new Float32Array(shape.reduce((n, size) => n * size, 1)));
  writeSafetensors(path, Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, zeros(shape)])));
  return path;
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(root, "copy-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

test("a pipeline is described with all of its parts", () => {
  const { kind, title, space, facts, components, problems } = inspect(pipeline);
  expect([kind, title, problems]).toEqual(["pipeline", "StableDiffusionPipeline", ["warning scheduler-class"]]);
  expect(space).toMatch(/^clip-text-64x12\//);
  expect(facts).toMatchObject({ picture: "128×128 pixels", latents: "4 channels of 16×16" });
  expect(Object.keys(components)).toEqual(["scheduler", "text_encoder", "tokenizer", "unet", "vae"]);
  expect(components["unet"]?.facts).toMatchObject({
    channels: "32, 64, 128, 128",
    "text width": "64",
    heads: "8, 8, 8, 8",
  });
  expect(components["scheduler"]?.facts).toMatchObject({ class: "PNDMScheduler", prediction: "epsilon" });
});

test("parameters and size are counted from the file", () => {
  const { tensors } = networkNamed("unet-sd1");
  const count = Object.values(tensors).reduce((sum, shape) => sum + shape.reduce((n, size) => n * size, 1), 0);
  const { facts, kind, title } = inspect(join(pipeline, "unet"));
  expect([kind, title]).toEqual(["component", "UNet"]);
  expect(facts).toMatchObject({
    parameters: `${(count / 1e6).toFixed(1)} M in ${Object.keys(tensors).length} tensors`,
    "stored as": "float32",
    size: `${((4 * count) / 2 ** 20).toFixed(1)} MB`,
  });
});

test("the embedded pipeline is sound and goes by its name", () => {
  const { kind, path, problems } = inspect("emoji");
  expect({ kind, path, problems }).toEqual({ kind: "pipeline", path: embedded.pipeline, problems: [] });
});

test("a pipeline whose parts do not belong together is still described", () => {
  const copy = copyOf(pipeline);
  changeJson(join(copy, "unet", "config.json"), { in_channels: 9 });
  const { kind, components, problems, messages } = inspect(copy);
  expect(kind).toBe("pipeline");
  expect(components["vae"]?.facts).toMatchObject({ "pixels per latent": "8×8" });
  expect(problems).toEqual(["warning scheduler-class", "error weight-shape", "error pipeline-variant"]);
  expect(messages.at(-1)).toMatch(/an inpainting UNet/);
});

test("weights that the config calls for and the file lacks are a problem", () => {
  const copy = copyOf(join(pipeline, "text_encoder"));
  changeJson(join(copy, "config.json"), { num_hidden_layers: 13 });
  expect(inspect(copy).problems).toEqual(["error weight-missing"]);
});

test("a broken config is told, not thrown", () => {
  const copy = copyOf(pipeline);
  writeFileSync(join(copy, "vae", "config.json"), "{");
  expect(inspect(join(copy, "vae")).problems).toEqual(["error json-invalid"]);
  expect(inspect(copy).problems).toContain("error json-invalid");
});

test("the parts of a pipeline are known by themselves", () => {
  expect(inspect(join(pipeline, "vae")).facts).toMatchObject({ scaling: "0.18215", "pixels per latent": "8×8" });
  expect(inspect(join(pipeline, "tokenizer")).facts).toEqual({
    vocabulary: "54 tokens, 0 merges",
    length: "77 tokens, padded with 53",
  });
  expect(inspect(join(pipeline, "scheduler")).title).toBe("scheduler");
  expect(inspect(join(pipeline, "text_encoder")).space).toMatch(/^clip-text-64x12\//);
});

test("a reward tells its towers and its picture", () => {
  const reward = join(root, "reward");
  writeNetwork(networkNamed("reward-vit-l"), reward);
  writeTokenizer(reward);
  const { kind, facts, problems } = inspect(reward);
  expect({ kind, problems }).toEqual({ kind: "reward", problems: [] });
  expect(facts).toMatchObject({
    picture: "56×56 pixels in patches of 14×14",
    "vision tower": "24 layers of width 64, 4 heads",
    // exp(2.6592)
    score: "cosine of picture and prompt (logits: times 14.3)",
  });
  rmSync(join(reward, "vocab.json"));
  expect(inspect(reward).problems).toEqual(["error tokenizer-file"]);
});

test("parts that cannot be used yet are named", () => {
  const tiny = join(root, "tiny");
  mkdirSync(tiny);
  writeFileSync(join(tiny, "config.json"), JSON.stringify({ _class_name: "AutoencoderTiny" }));
  const { kind, title, problems } = inspect(tiny);
  expect([kind, title, problems]).toEqual(["component", "tiny autoencoder", ["warning not-supported-yet"]]);
});

test("a learned embedding tells its space and how it was learned", () => {
  const path = join(root, "negative.safetensors");
  const space = { id: "openclip-h14/penultimate+ln", tokens: 77, width: 1024 };
  writeEmbedding(path, { conditioning: sampleConditioning(space), metadata: sampleMetadata(space) });
  const { kind, facts, problems, ...rest } = inspect(path);
  expect({ kind, space: rest.space, problems }).toEqual({ kind: "embedding", space: space.id, problems: [] });
  expect(facts).toMatchObject({
    "made for": "OpenCLIP ViT-H/14 (77×1024), declared",
    fits: expect.stringContaining("ZeroScope"),
    "learned with": "some-model, UNet 0123456789ab",
    guidance: "7.5",
    "recipe: prompts": "2",
  });
});

test("an embedding whose recipe is of a later version is still described", () => {
  const path = join(root, "later.safetensors");
  const space = { id: "clip-text-8x2/0123456789ab", tokens: 9, width: 8 };
  const metadata = { ...sampleMetadata(space), recipe: { formatVersion: 9 } };
  writeEmbedding(path, { conditioning: sampleConditioning(space), metadata });
  expect(inspect(path)).toMatchObject({
    problems: [],
    facts: { recipe: "in a format that this version does not know" },
  });
});

test("a conditioning of another program is declared by its shape", () => {
  const { title, facts, space } = inspect(weights("comfy.safetensors", { conditioning: [1, 77, 768] }));
  expect({ title, space }).toEqual({ title: "conditioning of another program", space: "clip-l14/last+ln" });
  expect(facts["made for"]).toBe("CLIP ViT-L/14 (77×768), declared by shape");
});

// Names as the programs of each family write them.
test.each<[string, Readonly<Record<string, Shape>>]>([
  ["LyCORIS adapter", { "lora_unet_down_blocks_0_attentions_0_proj_in.hada_w1_a": [4, 32] }],
  [
    "single-file Stable Diffusion XL",
    {
      "model.diffusion_model.input_blocks.0.0.weight": [32, 4, 3, 3],
      "conditioner.embedders.1.model.ln_final.weight": [8],
    },
  ],
  [
    "UNet of Stable Diffusion XL",
    {
      "model.diffusion_model.input_blocks.4.1.transformer_blocks.1.norm1.weight": [8],
      "model.diffusion_model.label_emb.0.0.weight": [8],
    },
  ],
  [
    "UNet of Stable Diffusion XL",
    { "add_embedding.linear_1.weight": [8], "down_blocks.0.resnets.0.norm1.weight": [8] },
  ],
  ["weights of a UNet", { "down_blocks.0.resnets.0.norm1.weight": [8] }],
  ["weights of a CLIP text encoder", { "text_model.embeddings.token_embedding.weight": [10, 8] }],
])("a file of weights is known as %s by the names of its tensors", (title, shapes) => {
  const found = inspect(weights("family.safetensors", shapes));
  expect(found).toMatchObject({ kind: "weights", title, problems: ["warning not-supported-yet"] });
});

test.each([
  "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight",
  "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight",
])("a LoRA is known by %s, and nothing is wrong with it", (name) => {
  const found = inspect(weights("family.safetensors", { [name]: [4, 32] }));
  expect(found).toMatchObject({ kind: "weights", title: "LoRA", problems: [] });
});

test.each<[string, Readonly<Record<string, readonly number[]>>]>([
  ["ControlNet", { "control_model.input_blocks.0.0.weight": [32, 4, 3, 3] }],
  [
    "ControlNet",
    { "controlnet_cond_embedding.conv_in.weight": [16, 3, 3, 3], "down_blocks.0.resnets.0.conv1.weight": [8, 8, 3, 3] },
  ],
  ["motion module (AnimateDiff)", { "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight": [32] }],
  [
    "weights of a video UNet",
    { "down_blocks.0.temp_convs.0.conv1.0.weight": [8], "down_blocks.0.resnets.0.norm1.weight": [8] },
  ],
])("a file with less than a whole %s is known, and what it lacks is said", (title, shapes) => {
  const { kind, problems, ...found } = inspect(weights("family.safetensors", shapes));
  expect([kind, found.title]).toEqual(["component", title]);
  expect(problems.length).toBeGreaterThan(0);
});

test.each(readVideoFixture().files.map((file) => [file.name, file] as const))(
  "%s is known by its tensors, and nothing is wrong with it",
  (_, file) => {
    const { kind, title, problems, components } = inspectPath(writeOriginalFile(file, root));
    expect({ kind, problems, parts: components?.length }).toEqual({ kind: "component", problems: [], parts: 1 });
    expect(title).toMatch(/ControlNet|motion module|video model/);
  },
);

test.each(readVideoFixture().networks.map((network) => [network.name, network] as const))(
  "the folder of %s is known by its class, and nothing is wrong with it",
  (_, network) => {
    const folder = join(root, network.name);
    writeNetwork(network, folder);
    expect(inspectPath(folder)).toMatchObject({ kind: "component", problems: [] });
  },
);

test("a single file is described as a pipeline with its parts and their layouts", () => {
  const shapes = {
    ...originalShapes("sd2"),
    "cond_stage_model.model.token_embedding.weight": [49408, 128],
  };
  const { kind, title, space, facts, components, problems } = inspect(
    writeSparse(join(root, "sd2.safetensors"), shapes),
  );
  expect([kind, title, problems]).toEqual(["pipeline", "single-file Stable Diffusion 2.x", []]);
  expect(space).toMatch(/^clip-text-128x23\//);
  expect(facts).toMatchObject({
    picture: "512×512 pixels",
    "text width": "128",
    prediction: expect.stringContaining("trial"),
  });
  expect(components["text_encoder"]?.facts).toMatchObject({ layout: "OpenCLIP", activation: "gelu" });
  expect(components["unet"]?.facts).toMatchObject({ channels: "32, 64, 128, 128", heads: "1, 1, 2, 2" });
  expect(components["vae"]?.facts).toMatchObject({ "pixels per latent": "8×8" });
});

test("where there are two sets of a UNet's weights, it is said which are used, and how to take the others", () => {
  const both = withRunningMeans(originalShapes("sd1"));
  const { components } = inspect(writeSparse(join(root, "both.safetensors"), both));
  expect(components["unet"]?.facts["two sets"]).toMatch(/as trained are used.*--ema/);
  const copy = copyOf(join(pipeline, "unet"));
  expect(inspect(copy).facts["two sets"]).toBeUndefined();
  cpSync(join(copy, "diffusion_pytorch_model.safetensors"), join(copy, "diffusion_pytorch_model.non_ema.safetensors"));
  expect(inspect(copy).facts["two sets"]).toMatch(/running means \(EMA\) are used.*--no-ema/);
});

test("a single file that holds no whole pipeline says what is missing, and still describes what is there", () => {
  const unet = Object.entries(originalShapes("sd1")).filter(([name]) => name.startsWith("model.diffusion_model."));
  const { title, components, problems, messages, facts } = inspect(
    writeSparse(join(root, "unet.safetensors"), Object.fromEntries(unet)),
  );
  expect([title, Object.keys(components)]).toEqual(["single-file UNet of Stable Diffusion", ["unet"]]);
  expect(facts["text width"]).toBe("128");
  expect(problems).toEqual(["error checkpoint-part", "error checkpoint-part"]);
  expect(messages).toEqual([
    expect.stringContaining("holds no text encoder"),
    expect.stringContaining("holds no autoencoder"),
  ]);
});

test("a single file whose tensors are incomplete is not taken for a sound one", () => {
  const key = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight";
  const { kind, facts, problems } = inspect(weights("unet.safetensors", { [key]: [8, 768] }));
  expect([kind, facts["text width"]]).toEqual(["pipeline", "768"]);
  expect(problems).toContain("error checkpoint-part");
});

test("a file of weights beside its config is in its place", () => {
  const folder = join(pipeline, "unet");
  const { problems, facts } = inspect(join(folder, "diffusion_pytorch_model.safetensors"));
  expect({ problems, more: facts["more"] }).toEqual({ problems: [], more: `\`reneg inspect ${folder}\`` });
});

test("a download that was cut off is one problem, in the data and in the header", () => {
  const whole = readFileSync(join(pipeline, "unet", "diffusion_pytorch_model.safetensors"));
  for (const length of [whole.length - 1, 200_000, 1000]) {
    const { kind, problems, messages } = inspect(file("cut.safetensors", whole.subarray(0, length)));
    expect([kind, problems]).toEqual(["weights", ["error file-truncated"]]);
    expect(messages[0]).toContain(`the file has ${length} bytes`);
  }
});

test("a file that ends within the length of its header is incomplete, whatever its few bytes", () => {
  const { problems, helps } = inspect(file("cut.safetensors", Buffer.from([1, 2, 3, 0, 0, 0, 0])));
  expect(problems).toEqual(["error safetensors-header"]);
  expect(helps[0]).toMatch(/download it again/);
});

test("of a pipeline of another family only that is told, not what its parts lack", () => {
  const copy = copyOf(pipeline);
  changeJson(join(copy, "unet", "config.json"), { addition_embed_type: "text_time" });
  expect(inspect(copy).messages).toContain('only null is supported; here it is "text_time"');
  changeJson(join(copy, "model_index.json"), { text_encoder_2: ["transformers", "CLIPTextModelWithProjection"] });
  const { problems, helps } = inspect(copy);
  expect(problems).toEqual(["error pipeline-unsupported"]);
  expect(helps[0]).toMatch(/use Stable Diffusion 1\.x or 2\.x/);
});

test("what a download site answered in place of weights is quoted", () => {
  for (const [name, text] of [
    ["model.safetensors", "Entry not found"],
    ["model.ckpt", "Zugriff verweigert: bitte anmelden für dieses Modell"],
    ["model.bin", '{"error":"Repository not found"}'],
  ] as const) {
    const { kind, problems, messages } = inspect(file(name, text));
    expect([kind, problems]).toEqual(["unknown", ["error wrong-kind"]]);
    expect(messages[0]).toContain(`begins “${text}`.slice(0, 60));
  }
});

test("weights that are not there, or not yet, are told from those of other programs", () => {
  const unet = join(pipeline, "unet");
  const wanted = "diffusion_pytorch_model";
  const cases = [
    [`${wanted}.safetensors.incomplete`, "download of the weights is not complete"],
    [`${wanted}-00001-of-00002.safetensors`, "their index is missing"],
    ["diffusion_flax_model.msgpack", "for Flax or TensorFlow only"],
    ["notes.md", "found config.json, notes.md"],
  ] as const;
  for (const [name, words] of cases) {
    const copy = copyOf(unet);
    renameSync(join(copy, `${wanted}.safetensors`), join(copy, name));
    expect(inspect(copy).messages.join()).toContain(words);
  }
});

test("a pointer of Git LFS in the place of a config is known", () => {
  const copy = copyOf(join(pipeline, "vae"));
  writeFileSync(join(copy, "config.json"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  expect(inspect(copy).messages[0]).toContain("Git LFS pointer");
});

test("lists of prompts are checked", () => {
  const list = inspect(file("prompts.txt", "# fruit\na red apple\n\nune pêche\na red apple\n"));
  expect(list).toMatchObject({
    kind: "prompts",
    problems: [],
    facts: { prompts: "3", repeated: "1", first: "a red apple" },
  });
  expect(inspect(file("none.txt", "# nothing\n")).problems).toEqual(["error prompts-empty"]);
});

test("a file of a model's folder points to the folder", () => {
  expect(inspect(join(pipeline, "vae", "config.json"))).toMatchObject({
    kind: "config",
    facts: { class: "AutoencoderKL", more: `\`reneg inspect ${join(pipeline, "vae")}\`` },
  });
  expect(inspect(join(pipeline, "tokenizer", "vocab.json")).kind).toBe("config");
});

const BINARY = "\x00\x01\x02\x03".repeat(16);

test.each([
  ["empty.safetensors", "", "empty file"],
  ["page.safetensors", "<!DOCTYPE html><title>404</title>", "a web page, perhaps an error or a login page"],
  ["mark.bin", "\xef\xbb\xbf<html><title>Sign in", "a web page, perhaps an error or a login page"],
  ["saved.safetensors", "<!-- saved from url --><html>", "a web page, perhaps an error or a login page"],
  ["page.txt", "<html><body>please log in", "a web page, perhaps an error or a login page"],
  [
    "pointer.safetensors",
    "version https://git-lfs.github.com/spec/v1\noid",
    "a Git LFS pointer: a short text in place of the weights",
  ],
  ["model.gguf", `GGUF${BINARY}`, "a GGUF file, whose numbers are packed for other programs"],
  ["model.ckpt", `PK\x03\x04${BINARY}`, "PyTorch file"],
  ["pictures.zip", `PK\x03\x04${BINARY}`, "a zip archive, perhaps a PyTorch checkpoint (.pt, .ckpt, .bin)"],
  ["old.pt", `\x80\x02${BINARY}`, "a Python pickle, perhaps an old PyTorch checkpoint"],
  ["picture.png", `\x89PNG\r\n\x1a\n${BINARY}`, "image"],
  ["picture.webp", `RIFF\x10\x20\x30\x40WEBP${BINARY}`, "image"],
  ["error.json", '{"error":"not found"}', "JSON file of no known kind"],
  ["broken.json", "{", "broken JSON file"],
  ["notes.md", "just words", "a text file"],
  ["random.safetensors", BINARY, "damaged safetensors file"],
  ["random.xyz", BINARY, "file of no known kind"],
])("%s is a problem that says what it is and what to do", (name, content, title) => {
  const found = inspect(file(name, Buffer.from(content, "latin1")));
  expect(found.title).toBe(title);
  expect(found.problems).toHaveLength(1);
  expect(found.problems[0]).toMatch(/^error /);
  expect(found.helps[0]).toBeTruthy();
});

test("a path that is not there and a folder of nothing known are problems", () => {
  expect(inspect(join(root, "nowhere"))).toMatchObject({ kind: "missing", problems: ["error wrong-kind"] });
  const folder = join(root, "pictures");
  mkdirSync(folder);
  expect(inspect(folder)).toMatchObject({
    kind: "unknown",
    problems: ["error wrong-kind"],
    facts: { holds: "nothing" },
  });
});
