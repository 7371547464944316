// Every key that a schema has, and every value that something says: for tests that nothing is read over.

import { z } from "zod";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Lists and alternatives included: `previews.sampler.steps` and so on. */
export function keysOf(schema: z.ZodType): string[] {
  // A JSON Schema has these keys.
  return keysOfJson(z.toJSONSchema(schema, { io: "input" }) as JsonSchema, "");
}

function keysOfJson(schema: JsonSchema, prefix: string): string[] {
  const { properties = {}, items, prefixItems = [], anyOf = [], oneOf = [] } = schema;
  const own = Object.entries(properties).flatMap(([key, inner]) => [
    prefix + key,
    ...keysOfJson(inner, `${prefix}${key}.`),
  ]);
  const inside = [...(items ? [items] : []), ...prefixItems, ...anyOf, ...oneOf];
  return [...own, ...inside.flatMap((inner) => keysOfJson(inner, prefix))];
}

/** The same keys of a value. */
export function keysIn(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysIn(item, prefix));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [prefix + key, ...keysIn(inner, `${prefix}${key}.`)]);
}

/** Every place in a value that holds no further value: `sampler.steps`, `rewards.0.path`. */
export function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** A copy with another value at this place. @param choices by a word: another, where only some are allowed */
export function changedAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  choices: Readonly<Record<string, string>>,
): unknown {
  if (key === undefined) return differing(value, choices);
  const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
  const record = copy as Record<string, unknown>;
  record[key] = changedAt(record[key], rest, choices);
  return copy;
}

/** Another value that fits in the same place. */
function differing(value: unknown, choices: Readonly<Record<string, string>>): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return Number.isInteger(value) ? value + (value % 8 === 0 ? 8 : 1) : value / 2;
  return choices[String(value)] ?? `x${String(value)}`;
}
