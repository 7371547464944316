// The quick ones of the checks that `npm run parity` runs in full.

import { describe, expect, test } from "vitest";
import { checkNetwork } from "./check-network.ts";
import { allChecks } from "./checks.ts";
import { isWithin } from "./compare.ts";
import { networkNamed, readManifest } from "./manifest.ts";

/** Together they touch every component, forward and backward; the full-size cases are left to the command. */
const QUICK = [
  "unet-sd1-batched-timestep",
  "unet-small",
  "unet-small-odd-latent",
  "vae-small-decoder",
  "vae-small-encoder",
  "vae-sd-older-names-decoder",
  "text-clip-l",
  "text-clip-l-older-names",
  "text-openclip-h",
  "reward-vit-l",
  "bicubic",
  "prompts",
  "reward-hps-pointwise",
  "reward-aesthetic",
  "reward-image-reward",
  "reward-hps-torch",
  "reward-pickscore-torch",
  "reward-aesthetic-torch",
  "reward-image-reward-torch",
  "onnx-unet-torchscript-14",
  "onnx-unet-dynamo-20",
  "onnx-text-encoder-dynamo-20-static",
  "onnx-vae-decoder-torchscript-17",
  "onnx-vae-encoder-dynamo-20",
  "controlnet-sd1",
  "controlnet-sd1-guess",
  "unet-sd1-steered",
  "unet3d-model-scope",
  "unet3d-video-crafter",
  "motion-v3",
  "file videocrafter.ckpt",
  "file motion-v2.ckpt",
  "file text2video_pytorch_model.pth",
  "video-crafter-ddim",
  "reneg-step",
  "workflow two-rewards",
  "workflow controlnet",
  "workflow draft-3-multistep",
  "workflow two-optimizers",
  "workflow guidance-rescale",
  "first-design-euler",
  "first-design-dpm++",
  "first-design-rewards",
];

describe.each(QUICK)("%s", (name) => {
  test("agrees within the limits", { timeout: 60_000 }, async () => {
    const check = allChecks().find((candidate) => candidate.name === name);
    const figures = (await check?.run()) ?? [];
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.filter((figure) => !isWithin(figure))).toEqual([]);
  });
});

test("a network that differs only in its activation is found out", async () => {
  const networkCase = readManifest().cases.find(({ name }) => name === "text-clip-l");
  if (networkCase === undefined) throw new Error("the manifest has no case text-clip-l");
  const network = networkNamed(networkCase.network);
  const figures = await checkNetwork(networkCase, { ...network, config: { ...network.config, hidden_act: "gelu" } });
  expect(figures.map(isWithin)).toEqual([false, false]);
});
