// Everything that a parameter can be given from a list: nothing, values that are often wanted, files, and what may be wired in its place.

import type { KnownFile } from "../../src-main/common/known-file.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf } from "../canvas/node-look.ts";
import type { Choice } from "../dialogs/ChoiceOption.tsx";
import { text } from "../text/text.ts";
import { fileChoices } from "./file-choices.ts";
import { spacesOf } from "./judge-file.ts";
import { takerOf, type Taker } from "./taker-of.ts";

const words = text.choosing;

export interface ParamChoices {
  readonly type: NodeType;
  readonly field: ParamField;
  readonly value: unknown;
  readonly workflow: Workflow;
  readonly files: readonly KnownFile[];
  readonly take: (value: string) => void;
  /** Writes it into another parameter of the node, which stands for this one. */
  readonly writeInstead: (field: ParamField) => void;
  /** Wires a node to the input that stands for it. */
  readonly wireInstead: (taker: Taker, input: string, path: string) => void;
}

export function paramChoices(asked: ParamChoices): Choice[] {
  const { field, workflow, files, value, take } = asked;
  const chosen = typeof value === "string" ? value : "";
  const spaces = spacesOf(workflow, files);
  const offered =
    field.offers === undefined ? [] : fileChoices({ files, wanted: field.offers, spaces, value: chosen, take });
  return [
    ...emptyChoice(asked),
    ...writtenChoice(asked),
    ...suggestedChoices(asked),
    ...offered,
    ...wiredChoices(asked),
  ];
}

/** Only where being empty means something. */
function emptyChoice({ field, value, take }: ParamChoices): Choice[] {
  if (field.empty === undefined || field.offers === "prompts") return [];
  const label = value === "" ? words.chosen(words.empty(field.empty)) : words.empty(field.empty);
  return [{ id: "-", label, run: () => take("") }];
}

/** A list can also be written line by line into the node. */
function writtenChoice({ type, field, writeInstead }: ParamChoices): Choice[] {
  const lines = fieldsOf(type).find(({ control }) => control === "lines");
  if (lines === undefined || field.offers === undefined) return [];
  return [{ id: "-write", label: words.writeHere, detail: words.writeHereText, run: () => writeInstead(lines) }];
}

function suggestedChoices({ field, value, take }: ParamChoices): Choice[] {
  return (field.suggestions ?? []).map((each) => ({
    id: `value-${each.value}`,
    label: each.value === value ? words.chosen(each.label) : each.label,
    detail: each.value,
    group: words.often,
    run: () => take(each.value),
  }));
}

function wiredChoices({ type, field, workflow, files, wireInstead }: ParamChoices): Choice[] {
  const { orInput } = field;
  const port = orInput === undefined ? undefined : type.inputs[orInput];
  const taker = takerOf("embedding");
  if (orInput === undefined || port?.kind !== "embedding" || taker === undefined) return [];
  const wanted = "embedding";
  const take = (path: string): void => wireInstead(taker, orInput, path);
  const embeddings = files.filter(({ kind }) => kind === wanted);
  const choices = fileChoices({ files: embeddings, wanted, spaces: spacesOf(workflow, files), value: "", take });
  return choices.map((choice) => (choice.group === words.unfit ? choice : { ...choice, group: words.orEmbedding }));
}
