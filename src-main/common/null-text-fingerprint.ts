// What a text encoder makes of the empty text, in short: proof of identity that does not depend on file formats.

import { z } from "zod";

export const nullTextFingerprint = z.object({
  /** Of all numbers, rounded to 3 decimals: for show and for exact equality. */
  hash: z.string(),
  /** Base64 of the vectors of a few tokens: binary16, little-endian, [probes, width]. */
  probes: z.base64(),
});
export type NullTextFingerprint = z.output<typeof nullTextFingerprint>;
