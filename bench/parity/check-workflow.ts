// Holds a step of a whole workflow, from prompts and noise to the gradient of each parameter, to PyTorch: cut at the borders and in one piece.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openUpdates } from "../../src-main/learning/open-updates.ts";
import { updateGradient } from "../../src-main/learning/update-gradient.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import { targetName } from "../../src-main/program/lower-update.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { floatsOf, splitFixture } from "./check-network.ts";
import { type Figure, maximalDifference, relativeError } from "./compare.ts";
import { fixtureFile, networkNamed } from "./manifest.ts";
import { readWorkflows, type WorkflowCase, workflowProgram } from "./workflows.ts";
import { writeNetwork } from "./write-network.ts";

const FORWARD_LIMIT = 1e-5;
const GRADIENT_LIMIT = 1e-4;
const OTHER_VAE = "vae-small";

export interface WorkflowCheck {
  readonly name: string;
  readonly run: () => Promise<readonly Figure[]>;
}

export function workflowChecks(): readonly WorkflowCheck[] {
  return readWorkflows().cases.map((one) => ({ name: `workflow ${one.name}`, run: () => checkWorkflow(one) }));
}

async function checkWorkflow(one: WorkflowCase): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  cpSync(embedded.pipeline, folder, { recursive: true });
  rmSync(join(folder, "vae"), { recursive: true });
  writeNetwork(networkNamed(OTHER_VAE), join(folder, "vae"));
  const manifest = readWorkflows();
  const run = await openRun(workflowProgram(one, manifest, folder), { device: "cpu" });
  try {
    const figures: Figure[] = [];
    for (const cuts of ["borders", "none"] as const) {
      const updates = openUpdates(run, { cuts });
      for (const figure of await compareUpdates(one, manifest.prompts, updates)) {
        figures.push({ ...figure, quantity: `${figure.quantity}, cuts ${cuts}` });
      }
    }
    return figures;
  } finally {
    await run.sessions.release();
    rmSync(folder, { recursive: true });
  }
}

async function compareUpdates(
  { name, indices }: WorkflowCase,
  prompts: readonly string[],
  updates: ReturnType<typeof openUpdates>,
): Promise<readonly Figure[]> {
  const { given, expected } = splitFixture(readTensors(fixtureFile(`workflows/${name}.safetensors`)));
  const figures: Figure[] = [];
  const find = (quantity: string): Float32Array => {
    const tensor = expected[quantity];
    return floatsOf(quantity, tensor, tensor?.shape ?? []);
  };
  const batch = {
    texts: new Map([["prompts", prompts]]),
    images: [...prompts.keys()],
    noise: new Map(
      Object.entries(given).map(([key, tensor]) => [key.replace("noise.", ""), floatsOf(key, tensor, tensor.shape)]),
    ),
    examples: new Map(),
    indices: new Map(Object.entries(indices)),
  };
  for (const [update, opened] of updates) {
    const initial = await Promise.all(opened.parameters.map(async (one) => [one.ref, await one.initial()] as const));
    const { objective, gradient } = await updateGradient(opened, { ...batch, parameters: new Map(initial) });
    figures.push({
      subject: name,
      quantity: `objective.${update}`,
      // A cosine may be near 0: its error counts against its range.
      measure: "difference",
      value: maximalDifference(objective, find(`objective.${update}`)),
      limit: { atMost: FORWARD_LIMIT },
    });
    for (const { ref } of opened.parameters) {
      figures.push({
        subject: name,
        quantity: `gradient.${ref}`,
        measure: "relative error",
        value: relativeError(gradient.get(targetName(ref, "context")) ?? [], find(`gradient.${ref}`)),
        limit: { atMost: GRADIENT_LIMIT },
      });
    }
  }
  return figures;
}
