// Counts how often each block of a module runs: a counter is put at the beginning of every function, branch, loop and operand that may be
// left out. Lines and columns before a counter do not move to other lines, so that stacks stay true to the line.

import { parseAst } from "vite";

export interface Instrumented {
  readonly code: string;
  /** How many counters it has, from `first` on. */
  readonly blocks: number;
  /** Texts that the module compares with or looks up: what a damaged file might say next. */
  readonly words: readonly string[];
}

/** The array of all counters, a global of the process. */
export const COUNTERS = "__fuzzCounters";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}
interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Of two at one place, that of the lower one comes first. */
  readonly order: number;
}

const LONGEST_WORD = 60;

/** @param code JavaScript, a module @param first the number of its first counter */
export function instrument(code: string, first: number): Instrumented {
  const insertions: Insertion[] = [];
  const words = new Set<string>();
  let blocks = 0;
  const counter = (): string => `${COUNTERS}[${first + blocks++}]++`;
  const insert = (at: number, text: string, order: number): void => void insertions.push({ at, text, order });
  /** What closes stands before all that opens, and what is inside before what is outside. */
  const closes = ({ start }: Node): number => -2 * code.length - start;
  const body = (node: unknown): void => {
    if (!isNode(node)) return;
    if (node.type === "BlockStatement") return insert(node.start + 1, `${counter()};`, 0);
    insert(node.start, `{${counter()};`, -node.end);
    insert(node.end, "}", closes(node));
  };
  const operand = (node: unknown): void => {
    if (!isNode(node)) return;
    insert(node.start, `(${counter()},(`, -node.end);
    insert(node.end, "))", closes(node));
  };
  const marks: Readonly<Record<string, (node: Readonly<Record<string, unknown>>) => void>> = {
    FunctionDeclaration: (node) => body(node["body"]),
    FunctionExpression: (node) => body(node["body"]),
    ArrowFunctionExpression: (node) => (node["expression"] === true ? operand : body)(node["body"]),
    IfStatement: (node) => [node["consequent"], node["alternate"]].forEach(body),
    ForStatement: (node) => body(node["body"]),
    ForOfStatement: (node) => body(node["body"]),
    ForInStatement: (node) => body(node["body"]),
    WhileStatement: (node) => body(node["body"]),
    DoWhileStatement: (node) => body(node["body"]),
    ConditionalExpression: (node) => [node["consequent"], node["alternate"]].forEach(operand),
    LogicalExpression: (node) => operand(node["right"]),
    SwitchCase(node) {
      const [statement] = Array.isArray(node["consequent"]) ? node["consequent"] : [];
      if (isNode(statement)) insert(statement.start, `${counter()};`, -code.length);
    },
    CatchClause: (node) => body(node["body"]),
  };
  const keep = (word: unknown): void => {
    if (typeof word === "string" && word !== "" && word.length <= LONGEST_WORD && !/\s.*\s/.test(word)) words.add(word);
  };
  walk(parseAst(code), (node) => {
    marks[node.type]?.(node);
    if (node.type === "Literal") keep(node["value"]);
    if (node.type === "Property" && isNode(node["key"])) keep((node["key"] as { name?: unknown }).name);
  });
  return { code: apply(code, insertions), blocks, words: [...words] };
}

function apply(code: string, insertions: readonly Insertion[]): string {
  const sorted = insertions.toSorted((a, b) => a.at - b.at || a.order - b.order);
  const parts: string[] = [];
  let end = 0;
  for (const { at, text } of sorted) {
    parts.push(code.slice(end, at), text);
    end = at;
  }
  return parts.join("") + code.slice(end);
}

function walk(value: unknown, visit: (node: Node & Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) value.forEach((one) => walk(one, visit));
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) if (typeof child === "object") walk(child, visit);
}

function isNode(value: unknown): value is Node & Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
