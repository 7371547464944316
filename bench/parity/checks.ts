// Everything that is held to another program, as a list: the command and the tests run the same checks.

import { checkFirstDesign } from "./check-first-design.ts";
import { layoutChecks } from "./check-layout.ts";
import { checkNetwork } from "./check-network.ts";
import { checkOnnx, readOnnxModels } from "./check-onnx.ts";
import { checkPrompts } from "./check-prompts.ts";
import { checkBicubic, checkReward, readRewardFixture } from "./check-reward.ts";
import { checkSchedulers } from "./check-schedulers.ts";
import { checkStep } from "./check-step.ts";
import { checkTokenizer } from "./check-tokenizer.ts";
import { videoChecks } from "./check-video.ts";
import { workflowChecks } from "./check-workflow.ts";
import type { Figure } from "./compare.ts";
import { firstDesignCases } from "./first-design.ts";
import { readManifest } from "./manifest.ts";

export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Figure[]>;
}

export function allChecks(): readonly Check[] {
  const { cases, step } = readManifest();
  return [
    { name: "clip-tokenizer", run: checkTokenizer },
    { name: "prompts", run: checkPrompts },
    { name: "schedulers", run: checkSchedulers },
    ...cases.map((networkCase) => ({ name: networkCase.name, run: () => checkNetwork(networkCase) })),
    ...layoutChecks(),
    ...videoChecks(),
    ...readOnnxModels().map((model) => ({ name: model.name, run: () => checkOnnx(model) })),
    { name: "bicubic", run: checkBicubic },
    ...readRewardFixture().rewards.map((reward) => ({ name: reward.name, run: () => checkReward(reward) })),
    { name: step.name, run: () => checkStep(step) },
    ...workflowChecks(),
    ...firstDesignCases.map((one) => ({ name: one.name, run: () => checkFirstDesign(one) })),
  ];
}
