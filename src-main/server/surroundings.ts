// What a command line needs to start the server with.

import { readFileSync } from "node:fs";
import { z } from "zod";

export { findDesktop } from "../studio/desktop-shell.mjs";
export { usualHome } from "../studio/home.ts";
export { buildPageIfStale } from "../studio/page-build.mjs";

const file = new URL("../../package.json", import.meta.url);

export const programVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(file, "utf8"))).version;
