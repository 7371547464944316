// Everything that is held to another program, as a list: the command and the tests run the same checks.

import { checkNetwork } from "./check-network.ts";
import { checkSchedulers } from "./check-schedulers.ts";
import { checkStep } from "./check-step.ts";
import { checkTokenizer } from "./check-tokenizer.ts";
import type { Figure } from "./compare.ts";
import { readManifest } from "./manifest.ts";

export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Figure[]>;
}

export function allChecks(): readonly Check[] {
  const { cases, step } = readManifest();
  return [
    { name: "clip-tokenizer", run: checkTokenizer },
    { name: "schedulers", run: checkSchedulers },
    ...cases.map((networkCase) => ({ name: networkCase.name, run: () => checkNetwork(networkCase) })),
    { name: step.name, run: () => checkStep(step) },
  ];
}
