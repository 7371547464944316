// Where the time of a case goes on our side, operator by operator, as onnxruntime's own profiler has it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../src-main/common/means.ts";
import { makeFolder } from "../../src-main/weights/atomic-write.ts";
import { type CaseName, caseOf } from "./cases.ts";
import type { OperatorTime } from "./job.ts";
import { jobOf, type Setting } from "./run-case.ts";
import { runTurn } from "./run-turn.ts";

export interface Profile {
  readonly name: CaseName;
  readonly title: string;
  /** Of the run that the operators are of: what they do not take passes between them. */
  readonly seconds: number;
  /** Those that took longest first. */
  readonly operators: readonly OperatorTime[];
}

/** Of two runs the second, so that nothing is loaded in it. Writing down what it does makes it somewhat slower. */
export async function takeProfile(name: CaseName, setting: Setting): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-profile-"));
  try {
    const job = { ...jobOf(name, ["ours"], setting), isCold: false, runs: 1, profile: folder };
    makeFolder(job.folder);
    const { variants, operators = [] } = await runTurn("ours", job, null);
    const seconds = Object.values(variants).flatMap((timed) => timed.seconds);
    return { name, title: caseOf(name).title, seconds: median(seconds), operators };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
