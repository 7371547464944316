// Diagnostics as they cross a process boundary.

import { z } from "zod";
import { type Diagnostic, DIAGNOSTIC_ACTIONS, type Place } from "./diagnostic.ts";

const name = z.string().exactOptional();

const place: z.ZodType<Place> = z.object({
  file: name,
  part: name,
  node: name,
  port: name,
  param: name,
  stage: name,
  option: name,
});

export const diagnosticSchema: z.ZodType<Diagnostic> = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  at: place,
  message: z.string(),
  notes: z.array(z.object({ at: place, message: z.string() })).exactOptional(),
  help: name,
  command: name,
  action: z.enum(DIAGNOSTIC_ACTIONS).exactOptional(),
});
