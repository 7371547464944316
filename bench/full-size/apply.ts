// `reneg apply` at full size against what it foresees: seconds and memory of all its processes.
//
//     npx node bench/full-size/apply.ts NEGATIVE --to MODEL --prompt … -o OUT
//
// Takes what `reneg apply` takes. The models are written by write_pipeline.py. Linux only: memory is read from /proc.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { applyResult } from "../../src-main/common/applying.ts";
import { describeMachine, describeUse } from "./describe-use.ts";
import { watchUse } from "./watch-use.ts";

const program = fileURLToPath(new URL("../../src-main/cli/reneg.ts", import.meta.url));

console.log(describeMachine());
const child = spawn(process.execPath, [program, "apply", ...process.argv.slice(2), "--device", "cpu", "--json"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [use, printed] = await Promise.all([watchUse(child), text(child.stdout)]);
if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
const { memory, seconds, settings, columns } = z.parse(applyResult, JSON.parse(printed));
console.log(`${columns.join(" | ")}, ${JSON.stringify(settings)}: ${seconds.toFixed(0)} s`);
console.log(describeUse(use, memory));
