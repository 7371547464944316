// Names of tensors as the network itself has them, without what training put around it: torch.compile, several devices, averages.

import { refuse } from "../common/diagnostic.ts";
import type { WeightLocation, WeightMap } from "./weight-map.ts";

/** Around any module inside: torch.compile of parts, fully sharded training, activations that are computed twice. */
const INSIDE = /(^|\.)(?:(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g;
/** Around the whole: several devices, a trainer's own module. Others are `prefixes` of layouts, which tell parts of a file apart. */
const AROUND = ["module.", "model."];
/** Numbers that averaging keeps beside the wrapped network. */
const COUNTERS: ReadonlySet<string> = new Set(["n_averaged", "num_updates", "decay", "step", "initted"]);

/** @throws Refusal where two tensors would get the same name */
export function unwrapNames(weights: WeightMap, file: string): WeightMap {
  const names = [...weights.keys()];
  const inside = names.map((name) => name.replace(INSIDE, "$1"));
  const around = wrapperAround(inside);
  if (around === "" && inside.every((name, i) => name === names[i])) return weights;
  const unwrapped = new Map<string, WeightLocation>();
  for (const [i, location] of [...weights.values()].entries()) {
    const [old = "", full = ""] = [names[i], inside[i]];
    const name = full.startsWith(around) ? full.slice(around.length).replace(INSIDE, "$1") : full;
    if (unwrapped.has(name)) refuseTwice(file, old, name);
    unwrapped.set(name, location);
  }
  return unwrapped;
}

/** What stands before all names, wrappers around wrappers included. */
function wrapperAround(names: readonly string[]): string {
  let rest = names.filter((name) => !COUNTERS.has(name));
  let wrapper = "";
  for (;;) {
    const next = AROUND.find((prefix) => rest.length > 0 && rest.every((name) => isInside(name, prefix)));
    if (next === undefined) return wrapper;
    wrapper += next;
    rest = rest.map((name) => name.slice(next.length));
  }
}

/** `model.diffusion_model.` is the name of the UNet in single files, and no wrapper. */
function isInside(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && !name.startsWith("model.diffusion_model.");
}

function refuseTwice(file: string, part: string, name: string): never {
  refuse({
    code: "weight-twice",
    at: { file, part },
    message: `without what training put around it, this tensor is ${name}, which the file holds besides`,
    help: "the file holds two networks mixed, or one twice: save the one that is meant by itself",
  });
}
