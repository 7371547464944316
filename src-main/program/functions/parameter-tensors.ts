// A parameter's tensors as inputs of the graph.

import type { Ref } from "../../common/program/program.ts";
import type { Shape } from "../../common/tensor.ts";
import type { Lowering } from "../lowering.ts";
import type { Tensors } from "../values.ts";

/**
 * @param role one word that the graph calls them by
 * @param shapes of the tensors, by their names
 */
export function parameterTensors(
  lowering: Lowering,
  role: string,
  { ref, shapes }: { readonly ref: Ref; readonly shapes: Readonly<Record<string, Shape>> },
): Tensors {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      lowering.input(`${role} of parameter ${ref} ${name}`, shape, { rate: "parameter", parameter: ref, tensor: name }),
    ]),
  );
}
