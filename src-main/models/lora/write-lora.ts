// Writes a LoRA under the names of kohya's scripts, which nearly all programs read, or those of diffusers.

import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import type { LowRank } from "./low-rank.ts";
import { diffusersName, kohyaName, type LoraModule, type LoraPart } from "./module-names.ts";

/** `kohya`: with α beside each layer. `diffusers`: as save_lora_weights has it, with α in the metadata. */
export type LoraNaming = "kohya" | "diffusers";

export interface LoraToWrite {
  /** Of each layer; `alpha` where kohya's names are to tell another than that of all. */
  readonly changes: readonly (LoraModule & LowRank<FloatTensor> & { readonly alpha?: number })[];
  readonly rank: number;
  readonly alpha: number;
}

/** @param about what else the file tells of itself; the same content gives the same bytes */
export function writeLora(
  file: string,
  { changes, rank, alpha }: LoraToWrite,
  { naming, about = {} }: { readonly naming: LoraNaming; readonly about?: Readonly<Record<string, string>> },
): void {
  const tensors = changes.flatMap((change): [string, FloatTensor][] => {
    if (naming === "diffusers") {
      const name = diffusersName(change);
      return [
        [`${name}.lora_A.weight`, change.down],
        [`${name}.lora_B.weight`, change.up],
      ];
    }
    const name = kohyaName(change);
    return [
      [`${name}.lora_down.weight`, change.down],
      [`${name}.lora_up.weight`, change.up],
      [`${name}.alpha`, floatTensor([], [change.alpha ?? alpha])],
    ];
  });
  const told = naming === "diffusers" ? diffusersFacts(changes, rank, alpha) : kohyaFacts(rank, alpha);
  writeSafetensors(file, Object.fromEntries(tensors), { ...told, ...about });
}

/** What programs show of a LoRA, and sort by. */
function kohyaFacts(rank: number, alpha: number): Readonly<Record<string, string>> {
  return { ss_network_module: "networks.lora", ss_network_dim: `${rank}`, ss_network_alpha: `${alpha}` };
}

function diffusersFacts(changes: readonly LoraModule[], rank: number, alpha: number): Readonly<Record<string, string>> {
  const parts = new Set(changes.map(({ part }) => part));
  const config = [...parts].flatMap((part) => {
    const prefix = PREFIX[part];
    // Without `text_model.`, which transformers has left out since 5.6: names are compared by their ends.
    const targets = changes.filter((change) => change.part === part).map(({ path }) => path);
    return [
      [`${prefix}.r`, rank],
      [`${prefix}.lora_alpha`, alpha],
      [`${prefix}.target_modules`, targets],
      [`${prefix}.peft_type`, "LORA"],
    ];
  });
  return { format: "pt", lora_adapter_metadata: JSON.stringify(Object.fromEntries(config)) };
}

const PREFIX: { readonly [P in LoraPart]: string } = { unet: "unet", "text encoder": "text_encoder" };
