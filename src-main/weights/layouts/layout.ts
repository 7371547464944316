// What a layout is: a table of rules that turn the tensor names of one kind of file into the names that the networks use.

import type { WeightLocation, WeightMap } from "../weight-map.ts";
import type { View } from "./views.ts";

export interface Layout {
  /** For people: "Stable Diffusion's original layout". */
  readonly title: string;
  /** What may stand before every name of the network; a tensor with none of it belongs to something else. */
  readonly prefixes: readonly string[];
  /** A tensor, without prefix, that every file of this layout holds and no file of another. */
  readonly mark: string;
  /** Tensors that the network does not use. */
  readonly unused?: RegExp;
  /** Tensors that the network takes in another form, or in parts. Applied before `names`. */
  readonly views?: readonly ViewRule[];
  /** For files that may hold two sets of weights: where the running mean of a tensor of this name lies, prefix and all. */
  readonly runningMean?: (name: string) => string;
  /** Replacements within a name, all of them one after another. */
  readonly names: readonly NameRule[];
}

/** As for String.replace: `$1` stands for what the first brackets matched, or a function is given the matches. */
export type NameRule = readonly [RegExp, string | ((match: string, ...groups: string[]) => string)];

export interface ViewRule {
  readonly tensor: RegExp;
  /** What takes the place of the match in the name, and what is seen under that name. */
  readonly parts: readonly (readonly [name: string, view: View])[];
}

/** The prefix with which a file is of this layout; `undefined` if it is not. */
export function prefixIn(weights: WeightMap, { prefixes, mark }: Layout): string | undefined {
  return prefixes.find((prefix) => weights.has(prefix + mark));
}

/** The tensors of the network by its own names. */
export function applyLayout(weights: WeightMap, layout: Layout, prefix: string): WeightMap {
  const { unused, views = [], names } = layout;
  const renamed = [...weights].flatMap(([name, location]): [string, WeightLocation][] => {
    if (!name.startsWith(prefix)) return [];
    const inside = name.slice(prefix.length);
    if (unused?.test(inside)) return [];
    return viewParts(inside, location, views).map(([part, seen]) => [rename(part, names), seen]);
  });
  return new Map(renamed);
}

/** Running means in the place of the tensors that they are of; `undefined` if the file does not hold one of every tensor. */
export function withRunningMeans(weights: WeightMap, { runningMean }: Layout, prefix: string): WeightMap | undefined {
  if (runningMean === undefined) return undefined;
  const means = [...weights.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name, weights.get(runningMean(name))] as const);
  const found = means.filter((mean): mean is [string, WeightLocation] => mean[1] !== undefined);
  return found.length > 0 && found.length === means.length ? new Map([...weights, ...found]) : undefined;
}

function viewParts(name: string, location: WeightLocation, views: readonly ViewRule[]): [string, WeightLocation][] {
  const rule = views.find(({ tensor }) => tensor.test(name));
  if (rule === undefined) return [[name, location]];
  return rule.parts.map(([part, view]) => [name.replace(rule.tensor, part), view(location)]);
}

function rename(name: string, rules: readonly NameRule[]): string {
  return rules.reduce((renamed, [pattern, replacement]) => {
    // The two overloads of replace take the two kinds of replacement.
    return typeof replacement === "string"
      ? renamed.replace(pattern, replacement)
      : renamed.replace(pattern, replacement);
  }, name);
}
