// A workflow of ComfyUI in either form: as its editor saves it, and as its API takes it. Both become nodes with named inputs.

import { z } from "zod";

export interface ComfyNode {
  readonly type: string;
  /** Values, and wires to other nodes, by the inputs' names. */
  readonly inputs: ReadonlyMap<string, ComfyValue>;
}

export type ComfyValue = { readonly from: string } | { readonly value: unknown };

export type ComfyGraph = ReadonlyMap<string, ComfyNode>;

/** How a node is named. */
const nodeName = z.union([z.string(), z.int()]);

const apiNode = z.object({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()).default({}) });
const apiNodes = z.record(z.string(), apiNode);
/** What the API is asked with. */
const apiBody = z.object({ prompt: z.record(z.string(), z.unknown()) });
/** A node and the number of its output. */
const apiWire = z.tuple([nodeName, z.int()]);

const editorNode = z.object({
  id: nodeName.transform(String),
  type: z.string(),
  /** 2 and 4: muted and bypassed. */
  mode: z.int().optional(),
  inputs: z.array(z.object({ name: z.string(), link: z.int().nullish() })).default([]),
  widgets_values: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).nullish(),
});
const editorLink = z.union([
  z
    .tuple([z.int(), nodeName])
    .rest(z.unknown())
    .transform(([id, from]) => ({ id, from: String(from) })),
  z.object({ id: z.int(), origin_id: nodeName }).transform(({ id, origin_id: from }) => ({ id, from: String(from) })),
]);
const editorFile = z.object({ nodes: z.array(editorNode).min(1), links: z.array(editorLink) });

/** @returns `undefined` if the JSON is no workflow of ComfyUI */
export function readComfyGraph(json: unknown): ComfyGraph | undefined {
  const editor = editorFile.safeParse(json);
  if (editor.success) return fromEditor(editor.data);
  const body = apiBody.safeParse(json);
  const nodes = apiNodes.safeParse(body.success ? body.data.prompt : json);
  if (!nodes.success || Object.keys(nodes.data).length === 0) return undefined;
  return new Map(
    Object.entries(nodes.data).map(([id, { class_type: type, inputs }]) => [
      id,
      { type, inputs: new Map(Object.entries(inputs).map(([name, value]) => [name, apiValue(value)])) },
    ]),
  );
}

function apiValue(value: unknown): ComfyValue {
  const wire = apiWire.safeParse(value);
  return wire.success ? { from: String(wire.data[0]) } : { value };
}

function fromEditor({ nodes, links }: z.output<typeof editorFile>): ComfyGraph {
  const sources = new Map(links.map(({ id, from }) => [id, from]));
  return new Map(
    nodes.map(({ id, type, inputs, widgets_values: widgets }) => {
      const values = Array.isArray(widgets)
        ? widgets.map((value, i): [string, ComfyValue] => [WIDGETS[type]?.[i] ?? `widget ${i}`, { value }])
        : Object.entries(widgets ?? {}).map(([name, value]): [string, ComfyValue] => [name, { value }]);
      const wires = inputs.flatMap(({ name, link }): [string, ComfyValue][] => {
        const from = typeof link === "number" ? sources.get(link) : undefined;
        return from === undefined ? [] : [[name, { from }]];
      });
      return [id, { type, inputs: new Map([...values, ...wires]) }];
    }),
  );
}

/** The names of the widgets of the usual nodes, which the editor saves by their places alone. */
const WIDGETS: Readonly<Record<string, readonly string[]>> = {
  CLIPTextEncode: ["text"],
  CheckpointLoaderSimple: ["ckpt_name"],
  CheckpointLoader: ["config_name", "ckpt_name"],
  UNETLoader: ["unet_name"],
  LoraLoader: ["lora_name", "strength_model", "strength_clip"],
  LoraLoaderModelOnly: ["lora_name", "strength_model"],
  EmptyLatentImage: ["width", "height", "batch_size"],
  KSampler: ["seed", "control_after_generate", "steps", "cfg", "sampler_name", "scheduler", "denoise"],
  KSamplerAdvanced: [
    "add_noise",
    "noise_seed",
    "control_after_generate",
    "steps",
    "cfg",
    "sampler_name",
    "scheduler",
    "start_at_step",
    "end_at_step",
    "return_with_leftover_noise",
  ],
};
