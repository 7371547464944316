// The first few of some prompts.

import { z } from "zod";
import { callOf } from "../src-main/common/program/program.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { SinkArgs } from "./define-node.ts";

/** As the settings of `prompts`. */
const promptSource = z.object({
  texts: z.array(z.string()).exactOptional(),
  file: z.string().exactOptional(),
  first: z.int().exactOptional(),
  dynamic: z.literal(true).exactOptional(),
});
type PromptSource = z.output<typeof promptSource>;

export function firstOf({ texts, file, first, ...how }: PromptSource, count: number): PromptSource {
  if (file === undefined) return { texts: (texts ?? []).slice(0, count), ...how };
  return { file, first: Math.min(count, first ?? count), ...how };
}

/** @param count `null`: all */
export function callFirst(
  { call, program }: Pick<SinkArgs, "call" | "program">,
  prompts: TypedRef,
  count: number | null,
) {
  if (count === null) return prompts;
  const { settings } = callOf(program, prompts.ref);
  return call("prompts", {}, firstOf(promptSource.parse(settings), count), { as: "prompts" });
}
