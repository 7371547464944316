// What is typed or ticked for a parameter that varies, as values; and what is wrong with it.

import type { NodeType } from "../../../src-main/common/workflow-node-type.ts";
import { type ParamField, readParams } from "../../../src-main/common/workflow-params.ts";
import type { WorkflowNode } from "../../../src-main/common/workflow.ts";
import { printValue } from "../../canvas/node-look.ts";
import { asSentence } from "../../text/sentence.ts";
import { text } from "../../text/text.ts";

const words = text.sweep.dialog;

export type VariedValue = string | number | boolean | null;

export interface VariedDraft {
  readonly node: string;
  readonly param: string;
  /** Of numbers and texts. */
  readonly typed: string;
  /** Of choices and switches. */
  readonly ticked: readonly VariedValue[];
}

export interface VariedValues {
  readonly values: readonly VariedValue[];
  /** `null`: nothing is wrong. */
  readonly fault: string | null;
}

/** Begins with the value that the node has: it is one of those that are compared. */
export function draftOf(node: string, field: ParamField, value: unknown): VariedDraft {
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return {
    node,
    param: field.name,
    typed: isPlain ? String(value) : "",
    ticked: choicesOf(field)?.filter((choice) => choice === value) ?? [],
  };
}

/** In the order in which they are ticked off; `null`: values are typed. */
export function choicesOf({ kind, choices = [], isNullable }: ParamField): readonly VariedValue[] | null {
  if (kind === "switch") return [false, true];
  return kind === "choice" ? [...(isNullable ? [null] : []), ...choices] : null;
}

export function variedValues(
  { node: id, param, typed, ticked }: VariedDraft,
  node: WorkflowNode,
  type: NodeType,
  field: ParamField,
): VariedValues {
  const choices = choicesOf(field);
  const read = choices === null ? readTyped(field, typed) : choices.filter((choice) => ticked.includes(choice));
  if (typeof read === "string") return { values: [], fault: read };
  if (read.length === 0) return { values: [], fault: choices === null ? words.none : words.noneTicked };
  const twice = read.find((value, i) => read.indexOf(value) < i);
  if (twice !== undefined) return { values: read, fault: words.twice(printValue(field, twice)) };
  for (const value of read) {
    const { diagnostics } = readParams(id, { ...node, params: { ...node.params, [param]: value } }, type);
    const fault = diagnostics.find(({ at, severity }) => at.param === param && severity === "error");
    if (fault !== undefined) return { values: read, fault: asSentence(fault.message) };
  }
  return { values: read, fault: null };
}

/** @returns a text: what is wrong */
function readTyped({ kind }: ParamField, typed: string): readonly VariedValue[] | string {
  if (kind === "text") return typed.split("\n").filter((line) => line.trim() !== "");
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== "");
  const odd = parts.find((part) => !Number.isFinite(Number(part)));
  return odd === undefined ? parts.map(Number) : words.noNumber(odd);
}
