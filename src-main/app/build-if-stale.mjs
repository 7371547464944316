// Builds the page and the desktop shell if a source is newer than they are. Plain JavaScript for Node 20.19 and later.

import { buildPageIfStale } from "../studio/page-build.mjs";

if (!buildPageIfStale()) process.exitCode = 1;
