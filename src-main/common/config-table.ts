// What the config.json of a class of a library may say. Every key of the class is in one of three lists: it is used, it is
// refused unless it says what is done anyway, or it changes nothing. A key in none of them is refused by name.

import { z } from "zod";

export interface ConfigTable<Used extends z.ZodRawShape = z.ZodRawShape> {
  /** As the library calls it. */
  readonly className: string;
  /** With the library's defaults, and the ranges within which something can be built. */
  readonly used: Used;
  /** Keys that would change the result, each with all values that do not; the library's default is the first of them. */
  readonly only: Readonly<Record<string, readonly unknown[]>>;
  /** Keys that cannot change the result of a trained network, or only beside others that are refused. */
  readonly harmless: readonly string[];
}

/** Only the used keys are in the output. A key that begins with `_` is a note of the program that wrote the file. */
export function tableSchema<Used extends z.ZodRawShape>(table: ConfigTable<Used>) {
  const names = Object.keys(table.used);
  return z
    .looseObject(table.used)
    .superRefine((config, context) => refuseOtherKeys(table, config, context), { when: isObject })
    .transform((config) => {
      const used = Object.fromEntries(names.map((name) => [name, config[name]]));
      // Exactly the keys that the shape parsed.
      return used as z.output<z.ZodObject<Used>>;
    });
}

function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuseOtherKeys(
  table: ConfigTable,
  config: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  const harmless = new Set([...Object.keys(table.used), ...table.harmless]);
  let unknown = 0;
  for (const [key, value] of Object.entries(config)) {
    if (harmless.has(key) || key.startsWith("_")) continue;
    const allowed = Object.hasOwn(table.only, key) ? table.only[key] : undefined;
    if (allowed !== undefined) {
      if (!isAllowed(value, allowed)) addIssue(context, key, value, unsupported(allowed), OTHER_ARCHITECTURE);
      continue;
    }
    unknown += 1;
    // Whoever wrote more of them wrote no config of this class.
    if (unknown <= MOST_UNKNOWN)
      addIssue(context, key, value, `${table.className} is not known to have this key`, UNKNOWN);
  }
}

const MOST_UNKNOWN = 8;
const OTHER_ARCHITECTURE = "this architecture differs from those that can be run; see the list in README.md";
const UNKNOWN =
  "it may change what the network computes, so it is not read over: take the config.json that came with the weights, or remove the key if you know that it changes nothing";

function unsupported(allowed: readonly unknown[]): string {
  return `only ${allowed.map((value) => JSON.stringify(value)).join(" or ")} is supported`;
}

function addIssue(context: z.RefinementCtx, key: string, input: unknown, message: string, help: string): void {
  context.addIssue({ code: "custom", path: [key], input, message, params: { help }, continue: true });
}

/** A list says for every level what one value says for all of them. */
function isAllowed(value: unknown, allowed: readonly unknown[]): boolean {
  if (Array.isArray(value) && value.length > 0) return value.every((item) => allowed.includes(item));
  return allowed.includes(value) || (isEmptyObject(value) && allowed.some(isEmptyObject));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** A number for all levels, or a list that says the same of each of them; numbers that differ are refused. */
export function sameAtEveryLevel(size: z.ZodType<number>) {
  return z
    .union([size, z.array(size).min(1)])
    .refine(
      (value) => typeof value === "number" || value.every((item) => item === value[0]),
      "only the same number at every level is supported",
    )
    .transform((value) => (typeof value === "number" ? value : (value[0] ?? 0)));
}

/** Beyond any network that exists; what is larger is refused before anything is built. */
const WIDEST = 2 ** 20;
const MOST = 1000;
const MOST_LEVELS = 16;
const MOST_PIXELS = 4096;

/** Channels, the width of a token, pixels of a side: what an axis of a tensor may be. */
export const axis = z.int().positive().max(WIDEST);
/** Layers, heads, groups. */
export const count = z.int().positive().max(MOST);
/** Pixels along a side, of which there are squares: of a picture that a tower looks at, or of one of its patches. */
export const pixels = z.int().positive().max(MOST_PIXELS);
export const channelsByLevel = z.array(axis).min(1).max(MOST_LEVELS);
export const epsilon = z.number().positive().max(1);
