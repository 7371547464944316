// Where the graphs of a run are cut, kept in its folder: a run that goes on computes as it began, whatever memory is free by then.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseConfig } from "../models/parse-config.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import type { OpenedUpdates } from "./open-updates.ts";

export const CUTS_FILE = "cuts.json";

/** Names of borders, by the optimizer. */
const keptCuts = z.record(z.string(), z.array(z.string()));
export type KeptCuts = z.output<typeof keptCuts>;

export function cutsOf(updates: OpenedUpdates): KeptCuts {
  return Object.fromEntries([...updates].map(([name, { cut }]) => [name, cut.cuts.map((border) => border.name)]));
}

export function writeCuts(run: string, updates: OpenedUpdates): void {
  writeFileAtomically(join(run, CUTS_FILE), JSON.stringify(cutsOf(updates)));
}

/** `undefined`: none are kept. @throws Refusal if the file is damaged */
export function readCuts(run: string): KeptCuts | undefined {
  const file = join(run, CUTS_FILE);
  if (!existsSync(file)) return undefined;
  const help = "delete it; the run then goes on with the cuts that are chosen anew";
  return parseConfig(keptCuts, readJson(file, { missing: help, invalid: help }), file, { code: "cuts-invalid", help });
}
