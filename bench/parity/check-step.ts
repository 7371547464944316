// Holds the whole gradient of learning (sampling, guidance, UNet, VAE, resizing, reward) to the PyTorch script oracle/reneg_step.py.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FloatTensor } from "../../src-main/common/tensor.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { type Figure, cosine, maximalDifference, norm } from "./compare.ts";
import { type StepCase, caseFile, networkNamed } from "./manifest.ts";
import { runStep } from "./run-step.ts";
import { writeNetwork } from "./write-network.ts";

export async function checkStep(step: StepCase): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  try {
    const [pipeline, reward] = [join(folder, "pipeline"), join(folder, "reward")];
    writePipeline(step, pipeline);
    writeNetwork(networkNamed(step.networks.reward), reward);
    writeTokenizer(step, reward);
    const fixture = readTensors(caseFile(step.name));
    const tensor = (name: string): FloatTensor => {
      const found = fixture[name];
      if (found?.dtype !== "float32") throw new Error(`the fixture has no float32 tensor ${name}`);
      return found;
    };
    const given = { noise: tensor("noise"), positive: tensor("positive"), negative: tensor("negative") };
    const { prompts, steps, index, guidance } = step;
    const { rewards, gradient } = await runStep({ pipeline, reward, prompts, ...given, steps, index, guidance });
    // The loss is minus the mean reward; the program gives the gradient of the sum of rewards.
    const ofLoss = gradient.map((value) => -value / prompts.length);
    return compareStep(
      step.name,
      { rewards, gradient: ofLoss },
      {
        rewards: tensor("expected.rewards").data,
        gradient: tensor("expected.gradient.negative").data,
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writePipeline(step: StepCase, folder: string): void {
  const { text_encoder, unet, vae } = step.networks;
  writeNetwork(networkNamed(text_encoder), join(folder, "text_encoder"));
  writeNetwork(networkNamed(unet), join(folder, "unet"));
  writeNetwork(networkNamed(vae), join(folder, "vae"));
  writeTokenizer(step, join(folder, "tokenizer"));
  mkdirSync(join(folder, "scheduler"));
  writeFileSync(join(folder, "scheduler", "scheduler_config.json"), JSON.stringify(step.scheduler));
  const index = {
    _class_name: "StableDiffusionPipeline",
    scheduler: ["diffusers", "DDIMScheduler"],
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
  };
  writeFileSync(join(folder, "model_index.json"), JSON.stringify(index));
}

function writeTokenizer({ vocabulary }: StepCase, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "vocab.json"), JSON.stringify(vocabulary));
  writeFileSync(join(folder, "merges.txt"), "#version: 0.2\n");
}

interface Result {
  /** [batch] */
  readonly rewards: Float32Array;
  /** [tokens, width] */
  readonly gradient: Float32Array;
}

function compareStep(subject: string, actual: Result, expected: Result): readonly Figure[] {
  const normError = Math.abs(norm(actual.gradient) / norm(expected.gradient) - 1);
  return [
    {
      subject,
      quantity: "rewards",
      // A reward is a cosine, between −1 and 1, and may be near 0: its error counts against that range.
      measure: "difference",
      value: maximalDifference(actual.rewards, expected.rewards),
      limit: { atMost: 1e-5 },
    },
    {
      subject,
      quantity: "gradient.negative",
      measure: "cosine",
      value: cosine(actual.gradient, expected.gradient),
      limit: { atLeast: 0.9999 },
    },
    { subject, quantity: "gradient.negative", measure: "norm ratio − 1", value: normError, limit: { atMost: 1e-3 } },
  ];
}
