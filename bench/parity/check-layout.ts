// Holds one layout of one model to PyTorch: written as a user has it, all networks run as `reneg network` runs them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTensors, writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { compareTensors, splitFixture } from "./check-network.ts";
import type { Figure } from "./compare.ts";
import { type LayoutModel, type LayoutName, readLayoutFixture, writeLayout } from "./layout-models.ts";
import { caseFile } from "./manifest.ts";
import { runNetwork } from "./run-network.ts";

export async function checkLayout(model: LayoutModel, layout: LayoutName): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  try {
    const path = writeLayout[layout](model, folder);
    const networks = [model.textEncoder, model.unet, model.vae];
    const figures = [];
    for (const { name, network, component } of readLayoutFixture().cases) {
      if (!networks.includes(network)) continue;
      const { given, expected } = splitFixture(readTensors(caseFile(name)));
      const [inputs, output] = [join(folder, "inputs.safetensors"), join(folder, "output.safetensors")];
      writeSafetensors(inputs, given);
      const ema = component === "unet" && layout.endsWith("running means") ? true : undefined;
      await runNetwork({ path, component, ema, inputs, output, gradients: [] });
      figures.push(...compareTensors(`${model.name}, ${layout}`, readTensors(output), expected));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every layout of every model, with the name of its check. */
export function layoutChecks(): readonly { readonly name: string; readonly run: () => Promise<readonly Figure[]> }[] {
  // Object.keys widens the keys of `writeLayout`.
  const layouts = Object.keys(writeLayout) as LayoutName[];
  return readLayoutFixture().models.flatMap((model) =>
    layouts.map((layout) => ({ name: `layout ${model.name}, ${layout}`, run: () => checkLayout(model, layout) })),
  );
}
