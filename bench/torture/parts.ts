// Every part of `npm run torture`, by the name that the command takes, in the order of `all`.

import { disk } from "./disk.ts";
import { faults } from "./faults.ts";
import { files } from "./files.ts";
import { kills } from "./kills.ts";
import type { Part } from "./part.ts";
import { races } from "./races.ts";
import { server } from "./server.ts";
import { soak } from "./soak.ts";
import { workers } from "./workers.ts";

export const PARTS: Readonly<Record<string, Part>> = { kills, faults, disk, races, files, server, soak, workers };
