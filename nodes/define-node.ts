// The contract of a node type: what it tells about itself, and which calls it makes of its inputs. One file a node type; index.ts lists them.

import type { z } from "zod";
import type { Diagnostic, Place } from "../src-main/common/diagnostic.ts";
import type { Tags } from "../src-main/common/port-type.ts";
import type { CallInputs, ProgramBuilder } from "../src-main/common/program/program-builder.ts";
import type { Ref } from "../src-main/common/program/program.ts";
import type { Sink } from "../src-main/common/program/sink.ts";
import type { Update } from "../src-main/common/program/update.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { NodeType, Port, Ports, WorkflowFacts } from "../src-main/common/workflow-node-type.ts";

type InputValue<P extends Port> = P extends { readonly many: true }
  ? readonly TypedRef[]
  : P extends { readonly optional: true }
    ? TypedRef | undefined
    : TypedRef;

/** By port name: a list where an input takes many wires, `undefined` where an optional one has none. */
export type InputValues<I extends Ports> = { readonly [K in keyof I]: InputValue<I[K]> };
/** `undefined`: nothing comes out, since an optional input has no wire. */
export type OutputValues<O extends Ports> = { readonly [K in keyof O]: TypedRef | undefined };

/** What is wrong, at the node or at one of its ports or parameters. */
export type Fault = Omit<Diagnostic, "severity" | "at"> &
  Pick<Place, "port" | "param"> &
  Partial<Pick<Diagnostic, "severity">>;

export interface CallOptions {
  /** What the call is of the node; absent: its main value. */
  readonly as?: string;
  /** Which port a fault of an input is told at, where it is called otherwise than the input. */
  readonly ports?: Readonly<Record<string, string>>;
  /** Which parameter a fault of a setting is told at, where it is called otherwise than the setting. */
  readonly params?: Readonly<Record<string, string>>;
}

/** What the nodes have made so far. */
export type ProgramSoFar = Pick<ProgramBuilder, "calls" | "typed">;

export interface CompileArgs<I extends Ports, P extends z.ZodObject> extends Caller {
  /** The node's id. */
  readonly node: string;
  readonly inputs: InputValues<I>;
  readonly params: z.output<P>;
}

export interface Caller {
  /**
   * Adds a call, or finds the one that says the same. What its function finds wrong is told at the node.
   * @param settings as the function's schema has them
   */
  readonly call: (
    fn: string,
    inputs?: CallInputs,
    settings?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ) => TypedRef;
  readonly program: ProgramSoFar;
  /** Tells of a fault and goes on, so that all are found; nodes further down are then left out. */
  readonly fault: (fault: Fault) => void;
}

/** What a node that writes something is handed when all nodes have made their calls. */
export interface SinkArgs extends Pick<Caller, "call" | "program"> {
  /** By the nodes that learn. */
  readonly updates: Readonly<Record<Ref, Update>>;
  /** A value with other calls in the place of some that it depends on. */
  readonly substitute: (root: Ref, replacements: ReadonlyMap<Ref, Ref>, what?: string) => Ref;
}

export interface Compiled<O extends Ports> {
  readonly outputs: OutputValues<O>;
  /** Given by a node that learns. */
  readonly update?: Update;
  /** What is written, once it is known what is learned; none if there is a fault. */
  readonly sinks?: (args: SinkArgs) => readonly Sink[];
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
  /** Its compile gives an `update`. */
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
