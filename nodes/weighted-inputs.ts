// Up to four values of one kind, each with a weight: what the nodes that add and average have in common.

import type { z } from "zod";
import type { TypedRef, ValueKind } from "../src-main/common/program/value-type.ts";

export function weightedInputs<Kind extends ValueKind>(kind: Kind, help: string) {
  const port = { kind, help } as const;
  return {
    first: { ...port, label: "First" },
    second: { ...port, label: "Second", optional: true },
    third: { ...port, label: "Third", optional: true },
    fourth: { ...port, label: "Fourth", optional: true },
  } as const;
}

export function weightParams(weight: z.ZodDefault<z.ZodNumber>, help: string) {
  return {
    firstWeight: weight.meta({ label: "First weight", step: 0.1, help }),
    secondWeight: weight.meta({ label: "Second weight", step: 0.1, help }),
    thirdWeight: weight.meta({ label: "Third weight", step: 0.1, help }),
    fourthWeight: weight.meta({ label: "Fourth weight", step: 0.1, help }),
  };
}

interface Inputs {
  readonly first: TypedRef;
  readonly second: TypedRef | undefined;
  readonly third: TypedRef | undefined;
  readonly fourth: TypedRef | undefined;
}
type Weights = Readonly<Record<`${keyof Inputs}Weight`, number>>;

/** Those that are connected, with the parameter that each weight comes from. */
export function weighted({ first, second, third, fourth }: Inputs, params: Weights) {
  const all = [
    [first, "firstWeight"],
    [second, "secondWeight"],
    [third, "thirdWeight"],
    [fourth, "fourthWeight"],
  ] as const;
  const connected = all.flatMap(([value, weight]) => (value === undefined ? [] : [{ value, weight }]));
  return {
    values: connected.map(({ value }) => value),
    weights: connected.map(({ weight }) => params[weight]),
    /** Faults of the setting `weights`, or of one of them, by the parameter. */
    params: Object.fromEntries([
      ["weights", "firstWeight"],
      ...connected.map(({ weight }, i) => [`weights.${i}`, weight]),
    ]) as Readonly<Record<string, string>>,
  };
}
