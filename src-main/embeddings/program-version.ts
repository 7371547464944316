// The version of this program, from package.json.

import { readFileSync } from "node:fs";
import { z } from "zod";

const file = new URL("../../package.json", import.meta.url);

export const programVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(file, "utf8"))).version;
