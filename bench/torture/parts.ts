// Every part of `npm run torture`, by the name that the command takes, in the order of `all`.

import { faults } from "./faults.ts";
import { files } from "./files.ts";
import { kills } from "./kills.ts";
import type { Part } from "./part.ts";
import { server } from "./server.ts";

export const PARTS: Readonly<Record<string, Part>> = { kills, faults, files, server };
