// How a node and its ports look, from what its type says; a type that is not known shows what its wires need.

import { group } from "../../nodes/group.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { note } from "../../nodes/note.ts";
import { EMBEDDED_TITLES } from "../../src-main/common/embedded-name.ts";
import type { ValueKind } from "../../src-main/common/program/value-type.ts";
import type { NodeType, Ports } from "../../src-main/common/workflow-node-type.ts";
import { type ParamField, paramFields, paramValue } from "../../src-main/common/workflow-params.ts";
import { own, type Workflow, type WorkflowNode } from "../../src-main/common/workflow.ts";
import { endOfPath } from "../text/end-of-path.ts";
import { text } from "../text/text.ts";

export type NodeShape = "node" | "note" | "group";

export function shapeOf({ type }: WorkflowNode): NodeShape {
  if (type === note.type) return "note";
  return type === group.type ? "group" : "node";
}

export function typeOf({ type }: WorkflowNode): NodeType | undefined {
  return nodeTypes.get(type);
}

export function titleOf(node: WorkflowNode): string {
  return typeOf(node)?.title ?? `${text.node.unknown} (${node.type})`;
}

/** As the user calls it: by the name that was given to it, a group by its title, or by its type. */
export function nameOf({ graph, view }: Workflow, id: string): string {
  const node = own(graph.nodes, id);
  return node === undefined ? id : (givenName(node, own(view.nodes, id)?.name) ?? titleOf(node));
}

/** `undefined`: it goes by its type. */
export function givenName({ type, params }: WorkflowNode, name: string | undefined): string | undefined {
  const given = type === group.type ? params["title"] : name;
  return typeof given === "string" && given.trim() !== "" ? given : undefined;
}

/** That nodes, notes and groups can be given. Files hold these names; what they look like is in `style/tokens.css`. */
export const COLOURS = ["red", "orange", "yellow", "green", "teal", "blue", "violet", "grey"] as const;
export type Colour = (typeof COLOURS)[number];

/** `model/unet` is of the family `model`. */
export function familyOf(type: string): string {
  return type.replace(/\/.*$/, "");
}

export function portsOf(node: WorkflowNode, side: "input" | "output"): Ports {
  const type = typeOf(node);
  return (side === "input" ? type?.inputs : type?.outputs) ?? {};
}

const fields = new Map<string, readonly ParamField[]>();

/** The parameters' descriptions, made once a type. */
export function fieldsOf(type: NodeType): readonly ParamField[] {
  const known = fields.get(type.type) ?? paramFields(type);
  fields.set(type.type, known);
  return known;
}

interface ParamOfNode {
  readonly node: WorkflowNode;
  readonly type: NodeType;
  readonly field: ParamField;
}

/** `undefined`: there is no such node or parameter. */
export function paramAt({ graph }: Workflow, id: string, param: string): ParamOfNode | undefined {
  const node = own(graph.nodes, id);
  const type = node && typeOf(node);
  const field = type && fieldsOf(type).find(({ name }) => name === param);
  return node && type && field && { node, type, field };
}

/** Those that decide something as the others are set. */
export function countingFields({ params }: Pick<WorkflowNode, "params">, type: NodeType): readonly ParamField[] {
  const all = fieldsOf(type);
  return all.filter(({ countsWith }) => {
    const other = all.find(({ name }) => name === countsWith?.param);
    const value = other && paramValue(params, other);
    // What is no choice at all is told where it stands, and hides nothing.
    return typeof value !== "string" || countsWith?.values.includes(value) === true;
  });
}

/** So many parameters are shown in short; the inspector has them all. */
export const SHOWN_PARAMS = 4;

/** Whether it differs from its default. */
export function isSet({ params }: WorkflowNode, { name, fallback }: ParamField): boolean {
  return Object.hasOwn(params, name) && params[name] !== fallback;
}

/** First those that are wrong or differ from their default. */
export function shownFields(
  node: WorkflowNode,
  type: NodeType,
  isFaulty: (name: string) => boolean = () => false,
): readonly ParamField[] {
  const all = countingFields(node, type);
  const set = all.filter((field) => isFaulty(field.name) || isSet(node, field));
  return [...set, ...all.filter((field) => !set.includes(field))].slice(0, SHOWN_PARAMS);
}

/** A number, a choice or a line of text: what needs more room is edited in the inspector. */
export function isEditedInNode({ kind, control }: ParamField): boolean {
  return kind !== "switch" && (control === undefined || control === "seed");
}

/** What is shown of a value that is not being edited. */
export function printValue(field: ParamField, value: unknown): string {
  if (value === null || value === "" || value === undefined) return field.empty ?? text.inspector.none;
  if (typeof value === "boolean") return value ? text.inspector.on : text.inspector.off;
  if (typeof value === "string") {
    const label = own(field.choiceLabels ?? {}, value);
    if (label !== undefined) return label;
  }
  const words = typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
  return field.unit === undefined ? words : `${words} ${field.unit}`;
}

/** What fits into a node: of a path or a list its end, of what comes with the program its title, of a text its first line. */
export function printShort(field: ParamField, value: unknown): string {
  const words = printValue(field, value);
  if (field.kind !== "text") return words;
  const [line = ""] = words.split("\n");
  return field.control === undefined || field.control === "lines"
    ? line
    : (own(EMBEDDED_TITLES, line) ?? endOfPath(line));
}

/** A path in a box of ten by ten: shapes tell kinds apart where colours cannot. */
export const PORT_SHAPES: Readonly<Record<ValueKind, string>> = {
  "text encoder": "M1 1h8v8H1z",
  unet: "M5 .5 9.5 5 5 9.5.5 5z",
  vae: "M5 .8 9.6 9H.4z",
  model: "M2.8 1h4.4L9.5 5 7.2 9H2.8L.5 5z",
  prompts: "M1 2.5h8v5H1z",
  conditioning: "M5 .6a4.4 4.4 0 1 1 0 8.8A4.4 4.4 0 0 1 5 .6zM5 3.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z",
  embedding: "M5 .4 6.4 3.5l3.3.4-2.4 2.3.6 3.4L5 8 2.1 9.6l.6-3.4L.3 3.9l3.3-.4z",
  prediction: "M.6 1 9.4 5 .6 9z",
  latent: "M3.4.8h3.2v2.6h2.6v3.2H6.6v2.6H3.4V6.6H.8V3.4h2.6z",
  image: "M5 .6a4.4 4.4 0 1 1 0 8.8A4.4 4.4 0 0 1 5 .6z",
  score: "M5 9.6.4 1h9.2z",
  "video model": "M1 1.5h8v7H1zM2.6 1.5v7M7.4 1.5v7",
  parameter: "M1 5 5 1l4 4-4 4zM3.6 5 5 3.6 6.4 5 5 6.4z",
  pairs: "M.8 2h3.6v6H.8zM5.6 2h3.6v6H5.6z",
  "rated images": "M1 1h8v8H1zM3 6.4h4",
  reward: "M5 .6 9.4 5 7.6 9.4H2.4L.6 5z",
  control: "M1 1h3.4v3.4H1zM5.6 5.6H9V9H5.6zM4.4 4.4l1.2 1.2",
};

/** The custom property that holds the colour of a kind. */
export function kindColour(kind: ValueKind): string {
  return `var(--kind-${kind.replace(" ", "-")})`;
}
