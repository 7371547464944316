// What may become of an input: bytes damaged at random, words that the readers know put in, parts of other inputs mixed in, values of a JSON
// text changed, one part repeated very often. All from a seed.

import { mutate as damage, type RandomIntegers } from "../../src-main/weights/testing/mutate.ts";
import { pick } from "../torture/random.ts";
import { joinFiles, splitFiles } from "./joined-files.ts";
import type { Form } from "./target.ts";

export interface Sources {
  /** Whose parts are mixed in. */
  readonly others: readonly Uint8Array[];
  readonly words: readonly string[];
  readonly random: RandomIntegers;
}

type Mutate = (input: Uint8Array, sources: Sources) => Uint8Array;

/** Bytes of an input that is grown: enough for a cost that is not linear to show. */
const GROWN = 256 * 1024;
/** One in so many is grown. */
const GROWS = 40;
const MOST_CHANGES = 4;

export function mutateInput(input: Uint8Array, form: Form, sources: Sources): Uint8Array {
  const { random } = sources;
  let changed = input;
  for (let times = 1 + random(MOST_CHANGES); times > 0; times--) changed = OF_FORM[form](changed, sources);
  return random(GROWS) === 0 ? grow(changed, form, sources) : changed;
}

const OF_FORM: Readonly<Record<Form, Mutate>> = {
  bytes: mutateBytes,
  text: mutateText,
  json: mutateJson,
  files: mutateFiles,
};

function mutateBytes(input: Uint8Array, { others, words, random }: Sources): Uint8Array {
  const bytes = Buffer.from(input);
  const at = random(bytes.length + 1);
  switch (random(5)) {
    case 0: {
      const other = pick([bytes, ...others], random);
      const begin = random(other.length + 1);
      const part = other.subarray(begin, begin + 1 + random(64));
      return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at + (random(2) === 0 ? 0 : part.length))]);
    }
    case 1: {
      const word = Buffer.from(words.length === 0 ? "" : pick(words, random));
      return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + (random(2) === 0 ? 0 : word.length))]);
    }
    case 2: {
      // Lengths, counts and offsets lie near what they were.
      if (bytes.length > 0) bytes[random(bytes.length)]! += random(2) === 0 ? 1 + random(8) : 255 - random(8);
      return bytes;
    }
    default:
      return damage(bytes, random);
  }
}

const SEPARATORS = /[\s,:;=(){}[\]"'<>|/\\]+/;

/** Mostly by words and lines: single bytes rarely say anything new. */
function mutateText(input: Uint8Array, sources: Sources): Uint8Array {
  const { others, words, random } = sources;
  if (random(3) === 0) return mutateBytes(input, sources);
  const text = Buffer.from(input).toString("utf8");
  const at = random(text.length + 1);
  const other = Buffer.from(pick([input, ...others], random).subarray(0, 1 << 14)).toString("utf8");
  const known = other.split(random(2) === 0 ? "\n" : SEPARATORS);
  const taken = [pick(known, random), words.length === 0 ? "" : pick(words, random), pick(ODD_TEXTS, random)];
  const put = pick(taken, random) + pick(["", "", "\n", " ", ",", ":", "(", ")", '"'], random);
  const cut = random(2) === 0 ? 0 : random(2 * put.length + 2);
  return Buffer.from(text.slice(0, at) + put + text.slice(at + cut));
}

const ODD_TEXTS = [
  ...["__proto__", "constructor", "toString", "..", "../..", "/", "C:\\", "CON", "\\\\host\\share", "-1", "1e999"],
  ...[
    "NaN",
    "\u0000",
    "\u202e",
    "\ud800",
    "\ufeff",
    "😀",
    "é",
    "&amp;amp;",
    "Ã©",
    "\r",
    "\t",
    "9".repeat(40),
    "<|endoftext|>",
  ],
];

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 2, 3, 8, 0.5, 64, 1e6, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300],
  ...["", [], {}, [[]], [0], [1, 2], { a: 1 }, { length: 1e9 }, { toString: 1 }],
];

interface Place {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

/** A value somewhere inside is exchanged, taken out, doubled or mixed in from another input. What is no JSON is damaged as a text. */
function mutateJson(input: Uint8Array, sources: Sources): Uint8Array {
  const { others, words, random } = sources;
  const json = random(8) === 0 ? undefined : parse(input);
  if (typeof json !== "object" || json === null) return mutateText(input, sources);
  const root: { value: unknown } = { value: json };
  const place = pick(placesIn(root), random);
  const { parent, key } = place;
  const values = parent as Record<string | number, unknown>;
  const name = (): string => (words.length === 0 || random(6) === 0 ? pick(ODD_TEXTS, random) : pick(words, random));
  const other = (): unknown => {
    const found = parse(pick([input, ...others], random));
    const { parent: from, key: at } = pick(placesIn({ value: found }), random);
    return structuredClone((from as Record<string | number, unknown>)[at]);
  };
  const makes: readonly (() => unknown)[] = [
    () => pick(ODD_VALUES, random),
    () => name(),
    () => ({ [name()]: pick(ODD_VALUES, random) }),
    other,
    () => near(values[key], random),
    () => [values[key], structuredClone(values[key])],
  ];
  const made = pick(makes, random)();
  if (random(5) === 0) remove(place);
  else if (random(3) > 0) define(values, key, made);
  else if (Array.isArray(parent)) parent.splice(Number(key), 0, made);
  else define(values, name(), made);
  return Buffer.from(JSON.stringify(root.value) ?? "");
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** A key such as `__proto__` is one like any other. */
function define(values: object, key: string | number, value: unknown): void {
  Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });
}

function near(value: unknown, random: RandomIntegers): unknown {
  if (typeof value === "number") return pick([value + 1, value - 1, -value, value * 2, value / 2, value + 0.5], random);
  if (typeof value === "string") return Buffer.from(damage(Buffer.from(value), random)).toString("utf8");
  return value;
}

/** Most places of a large text are alike. */
const MOST_PLACES = 3000;

function placesIn(root: { readonly value: unknown }): Place[] {
  const places: Place[] = [];
  const queue: (Record<string, unknown> | unknown[])[] = [root];
  for (const parent of queue) {
    if (places.length > MOST_PLACES) break;
    for (const [key, value] of Object.entries(parent)) {
      places.push({ parent, key });
      if (typeof value === "object" && value !== null) queue.push(value as Record<string, unknown>);
    }
  }
  return places;
}

function parse(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString("utf8"));
  } catch {
    return undefined;
  }
}

const OF_ENDING: Readonly<Record<string, Mutate>> = {
  json: mutateJson,
  jsonl: mutateLines,
  txt: mutateText,
};

/** One of the files; rarely one is left out, or is what another one should be. */
function mutateFiles(input: Uint8Array, sources: Sources): Uint8Array {
  const { others, random } = sources;
  const files = splitFiles(input);
  if (files.size === 0) return mutateBytes(input, sources);
  const name = pick([...files.keys()], random);
  const content = files.get(name) ?? new Uint8Array();
  const lot = random(30);
  if (lot === 0) files.delete(name);
  else if (lot === 1) files.set(name, pick([...files.values()], random));
  else {
    const ofOthers = others.flatMap((other) => splitFiles(other).get(name) ?? []);
    const mutate = OF_ENDING[name.slice(name.lastIndexOf(".") + 1)] ?? mutateBytes;
    files.set(name, mutate(content, { ...sources, others: ofOthers }));
  }
  return joinFiles(files);
}

/** A JSON value a line. */
function mutateLines(input: Uint8Array, sources: Sources): Uint8Array {
  const { random } = sources;
  if (random(4) === 0) return mutateText(input, sources);
  const lines = Buffer.from(input).toString("utf8").split("\n");
  const at = random(lines.length);
  const others = lines.map((line) => Buffer.from(line));
  lines[at] = Buffer.from(mutateJson(Buffer.from(lines[at] ?? ""), { ...sources, others })).toString("utf8");
  return Buffer.from(lines.join("\n"));
}

/** A part, or an entry of a JSON text, so often that only a reader of linear cost comes to its end. */
function grow(input: Uint8Array, form: Form, sources: Sources): Uint8Array {
  const { random } = sources;
  if (form === "files") {
    const files = splitFiles(input);
    const names = [...files.keys()];
    if (names.length === 0) return input;
    const name = pick(names, random);
    const ofFile: Form = name.endsWith(".json") ? "json" : "bytes";
    return joinFiles(files.set(name, grow(files.get(name) ?? new Uint8Array(), ofFile, sources)));
  }
  const json = form === "json" && random(4) > 0 ? parse(input) : undefined;
  if (typeof json === "object" && json !== null) return growJson(json, random);
  const begin = random(input.length + 1);
  const part = input.subarray(begin, begin + 1 + random(200));
  if (part.length === 0) return input;
  const copies = Array.from({ length: Math.ceil(GROWN / part.length) }, () => part);
  return Buffer.concat([input.subarray(0, begin), ...copies, input.subarray(begin)]);
}

function growJson(json: object, random: RandomIntegers): Uint8Array {
  const places = placesIn({ value: json }).filter(({ parent, key }) => {
    const value = (parent as Record<string | number, unknown>)[key];
    return typeof value === "object" && value !== null;
  });
  const { parent, key } = pick(places, random);
  const value = (parent as Record<string | number, unknown>)[key] as Record<string, unknown> | unknown[];
  const [name, item] = pick<readonly [string, unknown]>([...Object.entries(value), ["a", 1]], random);
  const text = JSON.stringify(item) ?? "1";
  const count = Math.min(30_000, Math.ceil(GROWN / (text.length + 8)));
  if (random(8) === 0) return Buffer.from("[".repeat(GROWN / 2) + "]".repeat(GROWN / 2));
  for (let i = 0; i < count; i++) {
    if (Array.isArray(value)) value.push(item);
    else define(value, `${name}${i}`, item);
  }
  return Buffer.from(JSON.stringify(json));
}
