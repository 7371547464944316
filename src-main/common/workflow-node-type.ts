// What a node type tells about itself to everything that is not its computation: the canvas, the checks, the file format, the documentation.

import { z } from "zod";
import type { EmbeddingSpace } from "./embedding-space.ts";
import { fileKind } from "./known-file.ts";
import type { Tags } from "./port-type.ts";
import type { ValueKind } from "./program/value-type.ts";
import type { StageNetwork } from "./stage-times.ts";

export interface Port {
  readonly kind: ValueKind;
  readonly label: string;
  /** What it is for, as a sentence. */
  readonly help: string;
  /** An input that may stay without a wire. */
  readonly optional?: true;
  /** An input that takes any number of wires. */
  readonly many?: true;
  /** An input of many whose order decides something: that of the wires' ids, as they are connected. */
  readonly ordered?: true;
  /** An input whose text encoder need not be that of the others. */
  readonly apart?: true;
  /** An output that an optimizer can change. */
  readonly trainable?: true;
}
export type Ports = Readonly<Record<string, Port>>;

export interface NodeType {
  /** `family/name`, written into files: never renamed. */
  readonly type: string;
  /** One more than the number of `upgrades`. */
  readonly version: number;
  readonly title: string;
  readonly help: string;
  /** What other programs call it or its like, and what people who look for it may type. */
  readonly synonyms?: readonly string[];
  readonly inputs: Ports;
  readonly outputs: Ports;
  /** Every parameter has a `ParamMeta`, and a default unless only the user can know it. */
  readonly params: z.ZodObject;
  /** Upgrade n (counted from 1) turns parameters of version n into those of n + 1. Only ever appended to. */
  readonly upgrades?: readonly ((params: Params) => Params)[];
  /** Which pictures of a run the node shows: those that it has asked for. */
  readonly shows?: "previews" | "evaluations" | "per-sample";
  /** The network that it stands for: its time is told at the node. */
  readonly computes?: StageNetwork;
  /** What the parameters alone say about the outputs. Other tags come from the inputs: everything at one node must agree. */
  tags?(params: Params, facts: WorkflowFacts): Tags;
}
export type Params = Readonly<Record<string, unknown>>;
export type NodeTypes = ReadonlyMap<string, NodeType>;

/** What is known about files, whose paths are as the nodes hold them; the checks themselves open none. */
export interface WorkflowFacts {
  /** `undefined`: not known. @throws Refusal if it cannot be used */
  readonly spaceOfPipeline: (
    path: string,
    options: { readonly tokenizer?: string; readonly textEncoder?: string; readonly base?: string },
  ) => EmbeddingSpace | undefined;
  readonly spaceOfEmbedding: (file: string) => EmbeddingSpace | undefined;
  readonly spaceOfVideoModel: (path: string, base?: string) => EmbeddingSpace | undefined;
  /** By the width of the texts that it reads, where one encoder is known for that. */
  readonly spaceOfControlNet: (path: string) => EmbeddingSpace | undefined;
}
export const NO_FACTS: WorkflowFacts = {
  spaceOfPipeline: () => undefined,
  spaceOfEmbedding: () => undefined,
  spaceOfVideoModel: () => undefined,
  spaceOfControlNet: () => undefined,
};

/** The `.meta` of a parameter's schema. */
export const paramMeta = z.object({
  label: z.string(),
  help: z.string(),
  unit: z.string().exactOptional(),
  /** What one click on an arrow adds. */
  step: z.number().positive().exactOptional(),
  /** How it is edited, where the schema does not tell. */
  control: z.enum(["lines", "folder", "file", "seed"]).exactOptional(),
  /** What `null` or an empty text means. */
  empty: z.string().exactOptional(),
  /** The kind of file that is listed to choose from. */
  offers: fileKind.exactOptional(),
  /** Values that are often wanted, each as people call it; any other can be typed. */
  suggestions: z.array(z.object({ value: z.string(), label: z.string() })).exactOptional(),
  /** The input that may take its place: what could be wired to it is listed besides. */
  orInput: z.string().exactOptional(),
  /** Choices that people read otherwise than files hold them. */
  choiceLabels: z.record(z.string(), z.string()).exactOptional(),
  /** It decides something only where another parameter has one of these values. */
  countsWith: z.object({ param: z.string(), values: z.array(z.string()) }).exactOptional(),
});
export type ParamMeta = z.output<typeof paramMeta>;
