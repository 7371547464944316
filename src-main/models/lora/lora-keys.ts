// What a tensor of a LoRA file is, by the end of its name; and kinds of adapters that are something else than two factors.

/** Of a layer: A, B, or the α that they were trained with. */
export type LoraRole = "down" | "up" | "alpha";

export interface LoraKey {
  /** The layer, as the file spells it. */
  readonly module: string;
  readonly role: LoraRole;
}

const ROLES: readonly (readonly [RegExp, LoraRole])[] = [
  // kohya's scripts, LoCon included; `_lora.down` and `.lora.down` are diffusers' older forms, `lora_A` PEFT's, perhaps with the adapter's name.
  [/\.lora_down\.weight$|[._]lora\.down\.weight$|\.lora_linear_layer\.down\.weight$|\.lora_A(\.\w+)?\.weight$/, "down"],
  [/\.lora_up\.weight$|[._]lora\.up\.weight$|\.lora_linear_layer\.up\.weight$|\.lora_B(\.\w+)?\.weight$/, "up"],
  [/\.alpha$/, "alpha"],
];

/** `undefined` for a tensor that no LoRA of two factors has. */
export function readLoraKey(name: string): LoraKey | undefined {
  for (const [pattern, role] of ROLES) if (pattern.test(name)) return { module: name.replace(pattern, ""), role };
  return undefined;
}

export interface ForeignAdapter {
  readonly name: string;
  readonly pattern: RegExp;
}

/** LyCORIS' kinds, and what PEFT and others add to the two factors. The first that fits is told. */
export const FOREIGN_ADAPTERS: readonly ForeignAdapter[] = [
  { name: "DoRA", pattern: /\.(dora_scale|lora_magnitude_vector(\.\w+)?(\.weight)?)$/ },
  { name: "LoHa (LyCORIS)", pattern: /\.hada_\w+$/ },
  { name: "LoKr (LyCORIS)", pattern: /\.lokr_\w+$/ },
  { name: "OFT or BOFT", pattern: /\.(boft|oft)_\w+(\.\w+\.weight)?$/ },
  { name: "IA³ (LyCORIS)", pattern: /\.(on_input|ia3_l(\.\w+)?)$/ },
  { name: "GLoRA (LyCORIS)", pattern: /\.([ab][12]|b_mid)\.weight$/ },
  { name: "LoCon with a Tucker decomposition", pattern: /\.lora_mid\.weight$/ },
  { name: "VeRA", pattern: /\.vera_lambda_\w+$/ },
  { name: "full differences (LyCORIS)", pattern: /\.(diff|diff_b|w_norm|b_norm)$/ },
];
