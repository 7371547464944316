// Writes a small pipeline of Stable Diffusion 1.x's architecture, as a folder that diffusers could open too.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { networkNamed } from "../../../bench/parity/manifest.ts";
import { writeNetwork } from "../../../bench/parity/write-network.ts";

export function writePipeline(folder: string): void {
  writeNetwork(networkNamed("text-clip-l"), join(folder, "text_encoder"));
  writeNetwork(networkNamed("unet-sd1"), join(folder, "unet"));
  // Of the versions that its other keys are from, a size as small as this one would not count.
  changeJson(join(folder, "unet", "config.json"), { _diffusers_version: "0.42.1" });
  writeNetwork(networkNamed("vae-sd"), join(folder, "vae"));
  writeTokenizer(join(folder, "tokenizer"));
  mkdirSync(join(folder, "scheduler"));
  writeJson(join(folder, "scheduler", "scheduler_config.json"), {
    _class_name: "PNDMScheduler",
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: "scaled_linear",
    num_train_timesteps: 1000,
  });
  writeJson(join(folder, "model_index.json"), {
    _class_name: "StableDiffusionPipeline",
    safety_checker: [null, null],
    scheduler: ["diffusers", "PNDMScheduler"],
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
  });
}

/** A tokenizer that knows single letters only. */
export function writeTokenizer(folder: string): void {
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz").flatMap((letter) => [letter, `${letter}</w>`]);
  const tokens = [...letters, "<|startoftext|>", "<|endoftext|>"];
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, "vocab.json"), Object.fromEntries(tokens.map((token, id) => [token, id])));
  writeFileSync(join(folder, "merges.txt"), "#version: 0.2\n");
  writeJson(join(folder, "tokenizer_config.json"), { model_max_length: 77 });
}

/** Writes the file again with some keys set; `undefined` takes a key away. */
export function changeJson(file: string, change: Readonly<Record<string, unknown>>): void {
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  writeJson(file, Object.assign({}, json, change));
}

function writeJson(file: string, json: unknown): void {
  writeFileSync(file, JSON.stringify(json, null, 2));
}
