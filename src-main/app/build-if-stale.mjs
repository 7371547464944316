// Builds the page and the desktop shell if a source is newer than they are. Plain JavaScript for Node 20.19 and later.

import { buildPageIfStale } from "../studio/page-build.mjs";

const onWait = (/** @type {number} */ pid) =>
  console.error(`process ${pid} builds the editor's page already; waiting for it`);
if (!buildPageIfStale({ onWait })) process.exitCode = 1;
