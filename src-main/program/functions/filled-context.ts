// A context of one chunk among texts of several: the rest is the null text's, as other programs fill up.

import { PLAIN_READING } from "../../common/text-reading.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Host } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedEncoder } from "../values.ts";
import { encodedContext } from "./encoded-context.ts";

/** @param context [1, tokens, width] → [1, chunks · tokens, width] */
export function filledContext(lowering: Lowering, encoder: OpenedEncoder, context: Value, host: Host): Value {
  const missing = lowering.chunksOf(encoder.ref) - 1;
  if (missing === 0) return context;
  const filling = { encoder, texts: { text: "" }, reading: PLAIN_READING, host, chunks: missing };
  const nullText = encodedContext(lowering, filling);
  return lowering.b.concat([context, nullText], 1);
}
