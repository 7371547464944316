// The values at the ends of nested dicts and lists, with dotted names.

import { entriesOf, isNode, type PickleValue } from "./pickle-value.ts";

/** Levels. Deeper nesting is an attack, and what lies below is left out. */
const DEEPEST = 32;

export type Leaf = readonly [name: string, value: PickleValue];

/** Each dict or list is entered once, so that one that holds itself, or is held a million times, is no trouble. */
export function leaves(value: PickleValue): IteratorObject<Leaf> {
  return walk(value, "", 0, new Set());
}

function* walk(value: PickleValue, name: string, depth: number, seen: Set<unknown>): Generator<Leaf> {
  const children = childrenOf(value);
  if (children === undefined) {
    yield [name, value];
    return;
  }
  if (depth === DEEPEST || seen.has(children)) return;
  seen.add(children);
  for (const [key, child] of children.entries()) {
    if (typeof key !== "string" && typeof key !== "number") continue;
    yield* walk(child, name === "" ? String(key) : `${name}.${key}`, depth + 1, seen);
  }
}

function childrenOf(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> | readonly PickleValue[] | undefined {
  const isList = isNode(value) && (value.kind === "list" || value.kind === "tuple");
  return isList ? value.items : entriesOf(value);
}
