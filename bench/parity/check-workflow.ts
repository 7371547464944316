// Holds a step of a whole workflow, from prompts and noise to the gradient of each parameter, to PyTorch: cut at the borders of networks,
// inside of them as well, and in one piece.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, type Tensor } from "../../src-main/common/tensor.ts";
import { openUpdates } from "../../src-main/learning/open-updates.ts";
import { everyBorder } from "../../src-main/learning/testing/every-border.ts";
import { updateGradient } from "../../src-main/learning/update-gradient.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import type { ParameterTensors } from "../../src-main/parameters/parameter-kind.ts";
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
    const inOnePiece = openUpdates(run, { cuts: "none" });
    const cuttings = {
      borders: openUpdates(run, { cuts: "borders" }),
      everywhere: openUpdates(run, { cuts: "auto", kept: everyBorder(inOnePiece) }),
      none: inOnePiece,
    };
    for (const [cuts, updates] of Object.entries(cuttings)) {
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

/** As the fixture calls it. */
function nameOf(ref: string, tensor: string): string {
  return tensor === "context" ? ref : `${ref} ${tensor}`;
}

/** Numbers that the fixture gives in the place of those that a parameter begins with. */
function withGiven(ref: string, initial: ParameterTensors, given: Readonly<Record<string, Tensor>>): ParameterTensors {
  return Object.fromEntries(
    Object.entries(initial).map(([tensor, value]) => {
      const key = `parameter.${nameOf(ref, tensor)}`;
      const found = given[key];
      return [tensor, found === undefined ? value : floatTensor(value.shape, floatsOf(key, found, found.shape))];
    }),
  );
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
      Object.entries(given).flatMap(([key, tensor]) =>
        key.startsWith("noise.") ? [[key.replace("noise.", ""), floatsOf(key, tensor, tensor.shape)] as const] : [],
      ),
    ),
    examples: new Map(),
    indices: new Map(Object.entries(indices)),
  };
  for (const [update, opened] of updates) {
    const initial = await Promise.all(
      opened.parameters.map(async (one) => [one.ref, withGiven(one.ref, await one.initial(), given)] as const),
    );
    const { objective, gradient } = await updateGradient(opened, { ...batch, parameters: new Map(initial) });
    figures.push({
      subject: name,
      quantity: `objective.${update}`,
      // A cosine may be near 0: its error counts against its range.
      measure: "difference",
      value: maximalDifference(objective, find(`objective.${update}`)),
      limit: { atMost: FORWARD_LIMIT },
    });
    for (const { ref, shapes } of opened.parameters) {
      for (const tensor of Object.keys(shapes)) {
        const key = nameOf(ref, tensor);
        // What is 0 by nature has no figure.
        if (expected[`gradient.${key}`] === undefined) continue;
        const found = gradient.get(targetName(ref, tensor)) ?? new Float32Array();
        const wanted = find(`gradient.${key}`);
        const every = Math.ceil(found.length / wanted.length);
        figures.push({
          subject: name,
          quantity: `gradient.${key}`,
          measure: "relative error",
          value: relativeError(
            found.filter((_, i) => i % every === 0),
            wanted,
          ),
          limit: { atMost: GRADIENT_LIMIT },
        });
      }
    }
  }
  return figures;
}
