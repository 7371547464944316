// The contract of a node type: what it tells about itself, and what it makes of its inputs. One file a node type; index.ts lists them.

import type { z } from "zod";
import type { Diagnostic, Place } from "../src-main/common/diagnostic.ts";
import type { Tags } from "../src-main/common/port-type.ts";
import type { NodeType, Port, Ports, WorkflowFacts } from "../src-main/common/workflow-node-type.ts";
import type { Contribution, Fragments, Learning } from "./fragments.ts";

type InputFragment<P extends Port> = P extends { readonly many: true }
  ? readonly Fragments[P["kind"]][]
  : P extends { readonly optional: true }
    ? Fragments[P["kind"]] | undefined
    : Fragments[P["kind"]];

/** By port name: a list where an input takes many wires, `undefined` where an optional one has none. */
export type InputFragments<I extends Ports> = { readonly [K in keyof I]: InputFragment<I[K]> };
export type OutputFragments<O extends Ports> = { readonly [K in keyof O]: Fragments[O[K]["kind"]] };

/** What is wrong, at the node or at one of its ports or parameters. */
export type Fault = Omit<Diagnostic, "severity" | "at"> & Pick<Place, "port" | "param">;

export interface CompileArgs<I extends Ports, P extends z.ZodObject> {
  /** The node's id. */
  readonly node: string;
  readonly inputs: InputFragments<I>;
  readonly params: z.output<P>;
  /** Tells of a fault and goes on, so that all are found; nodes further down are then left out. */
  readonly fault: (fault: Fault) => void;
}

export interface Compiled<O extends Ports> {
  readonly outputs: OutputFragments<O>;
  /** Given by the one node that learns. */
  readonly learning?: Learning;
  /** What the node adds to the recipe, once it is known what is learned. */
  readonly contribute?: (learning: Learning) => Contribution;
}

export interface NodeDefinition<
  I extends Ports = Ports,
  O extends Ports = Ports,
  P extends z.ZodObject = z.ZodObject,
> extends NodeType {
  readonly inputs: I;
  readonly outputs: O;
  readonly params: P;
  tags?(params: z.output<P>, facts: WorkflowFacts): Tags;
  /** Its compile gives `learning`. */
  readonly learns?: true;
  /** What it is given is what a run leaves. */
  readonly leaves?: "embedding";
  compile(args: CompileArgs<I, P>): Compiled<O>;
}

export function defineNode<const I extends Ports, const O extends Ports, P extends z.ZodObject>(
  definition: NodeDefinition<I, O, P>,
): NodeDefinition<I, O, P> {
  return definition;
}
