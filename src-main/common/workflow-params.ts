// The parameters of a node: read from a file with the type's own schema, and described for the panel and the documentation.

import { z } from "zod";
import type { Diagnostic } from "./diagnostic.ts";
import { PATH_HELP, whyNoPath } from "./path-name.ts";
import { inLowerCase } from "./print-issue.ts";
import { type NodeType, type ParamMeta, type Params, paramMeta } from "./workflow-node-type.ts";
import type { WorkflowNode } from "./workflow.ts";

export interface ReadParams {
  /** With every default filled in; `null` if one is wrong. */
  readonly params: Params | null;
  readonly diagnostics: readonly Diagnostic[];
}

export function readParams(id: string, node: WorkflowNode, type: NodeType): ReadParams {
  if (node.version > type.version) return { params: null, diagnostics: [newerNode(id, node, type)] };
  const given = upgradeParams(node, type);
  const unknown = Object.keys(given)
    .filter((name) => !Object.hasOwn(type.params.shape, name))
    .map((name) => unknownParam(id, name, type));
  const result = type.params.safeParse(given);
  if (result.success) {
    const unusable = unusablePaths(id, result.data, type);
    return { params: unusable.length === 0 ? result.data : null, diagnostics: [...unknown, ...unusable] };
  }
  const faults = result.error.issues.map((issue) => describeIssue(id, issue, given, type));
  return { params: null, diagnostics: [...unknown, ...faults] };
}

/** Told before anything of a file is looked at. */
function unusablePaths(node: string, params: Params, type: NodeType): Diagnostic[] {
  return paramFields(type).flatMap(({ name, control }): Diagnostic[] => {
    const path = control === "file" || control === "folder" ? params[name] : undefined;
    const why = typeof path === "string" ? whyNoPath(path) : undefined;
    if (why === undefined) return [];
    return [{ severity: "error", code: "path-unusable", at: { node, param: name }, message: why, help: PATH_HELP }];
  });
}

/** What a new node begins with; parameters that only the user can know are missing. */
export function defaultParams(type: NodeType): Params {
  return Object.fromEntries(
    paramFields(type).flatMap(({ name, fallback }) => (fallback === undefined ? [] : [[name, fallback]])),
  );
}

/** What a node says, or its default; `undefined` if the user has yet to choose. */
export function paramValue(params: Readonly<Record<string, unknown>>, { name, fallback }: ParamField): unknown {
  return Object.hasOwn(params, name) ? params[name] : fallback;
}

export interface ParamField extends ParamMeta {
  readonly name: string;
  readonly kind: "number" | "integer" | "text" | "choice" | "switch";
  /** The default; `undefined` if the user has to choose. */
  readonly fallback: unknown;
  readonly isNullable: boolean;
  readonly minimum?: number;
  /** A bound that is itself too low. */
  readonly above?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
}

const described = new WeakMap<NodeType, readonly ParamField[]>();

/** One entry a parameter, in the order of the schema; made once a type. */
export function paramFields(type: NodeType): readonly ParamField[] {
  const known = described.get(type);
  if (known !== undefined) return known;
  const fields = Object.entries(type.params.shape).map(([name, schema]) => describeParam(name, schema));
  described.set(type, fields);
  return fields;
}

const bound = z.number().optional();
const bounds = { minimum: bound, exclusiveMinimum: bound, maximum: bound };
const jsonType = z.object({ type: z.string().exactOptional(), enum: z.array(z.string()).exactOptional(), ...bounds });
const jsonParam = jsonType.extend({ default: z.unknown().optional(), anyOf: z.array(jsonType).exactOptional() });

function describeParam(name: string, schema: z.core.$ZodType): ParamField {
  const whole = z.toJSONSchema(schema, { io: "input" });
  const json = jsonParam.parse(whole);
  const value = json.anyOf?.find((part) => part.type !== "null") ?? json;
  const kind = KINDS[value.enum === undefined ? (value.type ?? "") : "enum"];
  if (kind === undefined) throw new Error(`a parameter cannot be of type ${JSON.stringify(whole)}`);
  return {
    name,
    kind,
    ...paramMeta.parse(whole),
    fallback: json.default,
    isNullable: json.anyOf !== undefined,
    ...(value.enum === undefined ? {} : { choices: value.enum }),
    ...lowest(value),
    ...(isBound(value.maximum) ? { maximum: value.maximum } : {}),
  };
}

const KINDS: Readonly<Record<string, ParamField["kind"]>> = {
  number: "number",
  integer: "integer",
  string: "text",
  enum: "choice",
  boolean: "switch",
};

function lowest({ type, minimum, exclusiveMinimum }: z.output<typeof jsonType>): Pick<ParamField, "minimum" | "above"> {
  if (isBound(minimum)) return { minimum };
  if (!isBound(exclusiveMinimum)) return {};
  return type === "integer" ? { minimum: exclusiveMinimum + 1 } : { above: exclusiveMinimum };
}

/** zod bounds every integer by what a double can hold. */
function isBound(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

function upgradeParams({ version, params }: WorkflowNode, { upgrades = [] }: NodeType): Params {
  return upgrades.slice(version - 1).reduce<Params>((older, upgrade) => upgrade(older), params);
}

function newerNode(node: string, { version }: WorkflowNode, type: NodeType): Diagnostic {
  return {
    severity: "error",
    code: "node-newer",
    at: { node },
    message: `the node has version ${version} of ${type.type}; this program knows up to ${type.version}`,
    help: "update ReNeg Studio; saving the file keeps the node as it is",
  };
}

function unknownParam(node: string, param: string, { title }: NodeType): Diagnostic {
  return {
    severity: "warning",
    code: "param-unknown",
    at: { node, param },
    message: `${title} has no parameter ${param}; it has no effect`,
    help: "remove it from the file, or update ReNeg Studio if a newer one wrote it",
  };
}

function describeIssue(node: string, issue: z.core.$ZodIssue, given: Params, type: NodeType): Diagnostic {
  const param = String(issue.path[0] ?? "");
  const field = paramFields(type).find(({ name }) => name === param);
  const isMissing = !Object.hasOwn(given, param);
  return {
    severity: "error",
    code: isMissing ? "param-missing" : "param-invalid",
    at: { node, param },
    message: isMissing
      ? `no ${field?.label.toLowerCase() ?? param} is chosen`
      : describeFault(issue, field, given[param]),
    ...(field === undefined ? {} : { help: field.help }),
  };
}

function describeFault({ message }: z.core.$ZodIssue, field: ParamField | undefined, value: unknown): string {
  const isNumber = field?.kind === "number" || field?.kind === "integer";
  return isNumber ? `${printGiven(value)} is not ${describeNumber(field)}` : inLowerCase(message);
}

/** A file can hold anything. */
function printGiven(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}

/** `a whole number of 1 or more` */
function describeNumber({ kind, minimum, above, maximum }: ParamField): string {
  const what = kind === "integer" ? "a whole number" : "a number";
  if (minimum !== undefined)
    return `${what} ${maximum === undefined ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`}`;
  if (above !== undefined) return `${what} above ${above}${maximum === undefined ? "" : `, and at most ${maximum}`}`;
  return maximum === undefined ? what : `${what} of at most ${maximum}`;
}
