// What a micro-batch has given, as bytes.

import type { GradientOutcome } from "../../learning/update-gradient.ts";
import { bytesOfFloats, floatsOfBytes, pack, unpack } from "../../queue/pack.ts";

const OBJECTIVE = "objective";
const GRADIENT = "gradient:";
const TOLD = "told:";

export function packOutcome({ objective, told, gradient }: GradientOutcome): Uint8Array {
  const entries: [string, Float32Array][] = [
    [OBJECTIVE, objective],
    ...named(TOLD, told),
    ...named(GRADIENT, gradient),
  ];
  return pack({ json: null, parts: new Map(entries.map(([name, floats]) => [name, bytesOfFloats(floats)])) });
}

/** @throws Error saying why it cannot be summed */
export function unpackOutcome(bytes: Uint8Array): GradientOutcome {
  const floats = new Map([...unpack(bytes).parts].map(([name, part]) => [name, floatsOfBytes(part)]));
  for (const [name, values] of floats)
    if (!values.every(Number.isFinite)) throw new Error(`it answered numbers that are not finite (${name})`);
  const objective = floats.get(OBJECTIVE);
  if (objective === undefined) throw new Error("it answered no objective");
  const startingWith = (prefix: string) =>
    new Map(
      [...floats].flatMap(([name, part]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), part]] : [])),
    );
  return { objective, told: startingWith(TOLD), gradient: startingWith(GRADIENT) };
}

function named(prefix: string, floats: ReadonlyMap<string, Float32Array>): [string, Float32Array][] {
  return [...floats].map(([name, part]) => [prefix + name, part]);
}
