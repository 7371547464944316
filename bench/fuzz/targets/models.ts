// What lies beside the weights of a model: configs, tokenizers, whole pipelines.

import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { inspectPath } from "../../../src-main/engine/inspect.ts";
import { openPipeline } from "../../../src-main/models/pipeline.ts";
import { configReaders } from "../../../src-main/models/testing/config-readers.ts";
import { createClipTokenizer } from "../../../src-main/models/tokenizer/clip-tokenizer.ts";
import { readTokenizerFiles } from "../../../src-main/models/tokenizer/tokenizer-files.ts";
import { readJson } from "../../../src-main/weights/json-file.ts";
import { joinFiles } from "../joined-files.ts";
import type { Target } from "../target.ts";
import { json, repositoryFile } from "./seeds.ts";

/** Layers, modules, pixels of a side: nothing that a config lets through is of more than these. */
const MOST_PARTS = 100_000;
const PIPELINE = "resources/emoji/pipeline";
const WEIGHTS = [
  "text_encoder/model.safetensors",
  "unet/diffusion_pytorch_model.safetensors",
  "vae/diffusion_pytorch_model.safetensors",
];

/** Of every class of the libraries, by its name. */
const ofClasses = z.record(z.string(), z.record(z.string(), z.unknown()));
const defaults = z.object({ models: ofClasses, schedulers: ofClasses });

export const configs: Target = {
  form: "json",
  name: "config.json",
  seeds() {
    const fixtures = defaults.parse(JSON.parse(repositoryFile("bench/parity/fixtures/configs.json").toString("utf8")));
    return [
      ...["text_encoder/config.json", "unet/config.json", "vae/config.json", "scheduler/scheduler_config.json"].map(
        (name) => repositoryFile(`${PIPELINE}/${name}`),
      ),
      ...["controlnet", "video/unet", "rewards/preference"].map((folder) =>
        repositoryFile(`resources/emoji/${folder}/config.json`),
      ),
      repositoryFile("resources/emoji/rewards/preference/preprocessor_config.json"),
      ...Object.entries(fixtures.models).map(([name, config]) => json({ ...config, _class_name: name })),
      ...Object.entries(fixtures.schedulers).map(([name, config]) => json({ ...config, _class_name: name })),
    ];
  },
  open: () => (path) => {
    const config = readJson(path);
    // Whoever read it first has refused it, and the next one is asked too.
    const refusals = configReaders.flatMap(({ read, table }) => {
      try {
        const parts = read(config, path);
        if (parts < MOST_PARTS) return [];
        throw new Error(`${table.className} lets ${parts} parts through`);
      } catch (error) {
        if (error instanceof Refusal) return [error];
        throw error;
      }
    });
    const [first] = refusals;
    if (first !== undefined && refusals.length === configReaders.length) throw first;
  },
};

export const tokenizers: Target = {
  form: "files",
  name: "tokenizer",
  seeds() {
    const letters = Array.from("abcdefghij").flatMap((letter) => [letter, `${letter}</w>`]);
    const tokens = [...letters, "ab", "ab</w>", "<|startoftext|>", "<|endoftext|>"];
    const vocabulary = Object.fromEntries(tokens.map((token, id) => [token, id]));
    const special = { content: "<|endoftext|>", lstrip: false, normalized: true, rstrip: true, single_word: true };
    const config = { model_max_length: 77, bos_token: "<|startoftext|>", eos_token: special };
    const vocab = JSON.stringify(vocabulary);
    const merges = "#version: 0.2\na b\na b</w>\n";
    const whole = {
      added_tokens: [{ id: 40, ...special, content: "<new>" }],
      model: { type: "BPE", end_of_word_suffix: "</w>", vocab: vocabulary, merges: [["a", "b"], "a b</w>"] },
    };
    const listed = { ...config, added_tokens_decoder: { 21: special, 40: { ...special, content: "<new>" } } };
    const write = (value: unknown): string => JSON.stringify(value);
    return [
      joinFiles({ "vocab.json": vocab, "merges.txt": merges, "tokenizer_config.json": write(config) }),
      joinFiles({ "vocab.json": vocab, "merges.txt": merges, "tokenizer_config.json": write(listed) }),
      joinFiles({ "tokenizer.json": write(whole), "special_tokens_map.json": write({ pad_token: "a" }) }),
      joinFiles({ "vocab.json": vocab, "merges.txt": merges, "added_tokens.json": write({ "<new>": 40 }) }),
    ];
  },
  open: () => (path) => {
    const tokenizer = createClipTokenizer(readTokenizerFiles(path));
    tokenizer.encode("ab <new> cab, abba <|endoftext|> é");
  },
};

export const pipelines: Target = {
  form: "files",
  name: "pipeline",
  seeds: () => {
    const names = [
      ...["model_index.json", "reneg.json", "scheduler/scheduler_config.json", "text_encoder/config.json"],
      ...["unet/config.json", "vae/config.json", "tokenizer/tokenizer_config.json"],
      ...["tokenizer/special_tokens_map.json", "tokenizer/merges.txt", "tokenizer/vocab.json"],
    ];
    return [joinFiles(Object.fromEntries(names.map((name) => [name, repositoryFile(`${PIPELINE}/${name}`)])))];
  },
  open: () => (path) => {
    for (const name of WEIGHTS) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      symlinkSync(join(import.meta.dirname, "../../..", PIPELINE, name), join(path, name));
    }
    const { problems } = inspectPath(path);
    if (problems.some(({ code }) => code === "program-fault")) {
      throw new Error(`inspect tells a fault of the program: ${JSON.stringify(problems)}`);
    }
    return openPipeline(relative(process.cwd(), path));
  },
};
