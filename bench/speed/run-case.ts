// All turns of a case that are still to be taken, one after the other.

import { join } from "node:path";
import type { CutChoice } from "../../src-main/common/cut-choice.ts";
import type { DeviceName } from "../../src-main/common/device.ts";
import { makeFolder } from "../../src-main/weights/atomic-write.ts";
import { type CaseName, caseOf } from "./cases.ts";
import { agrees, compareResults, isOfSamePrecision } from "./check-agreement.ts";
import type { Job } from "./job.ts";
import { modelsOf } from "./models.ts";
import type { Agreement, CaseResult, Turn } from "./results.ts";
import { measureBusy, runTurn } from "./run-turn.ts";
import type { PlannedTurn } from "./turns.ts";

export interface Setting {
  readonly peer: string | null;
  readonly cache: string;
  readonly device: DeviceName;
  readonly cuts: CutChoice;
}

const TIMED = { runs: 5, seconds: 20 };

/** @returns the result with this turn in it */
export async function takeTurn(
  name: CaseName,
  done: CaseResult,
  planned: PlannedTurn,
  setting: Setting,
): Promise<CaseResult> {
  const { side, variants, isProbe } = planned;
  const job = jobOf(name, variants, setting);
  makeFolder(job.folder);
  const busy = await measureBusy();
  const { variants: timed, ...told } = await runTurn(side, job, setting.peer);
  const agreements = side === "peer" ? compareResults(job.folder, variants) : [];
  const kept = [...done.agreements.filter(({ variant }) => !variants.includes(variant)), ...agreements];
  if (isProbe) {
    const probe = Object.fromEntries(
      Object.entries(timed).map(([variant, { seconds }]) => [variant, Math.min(...seconds)]),
    );
    return { ...done, probe, agreements: kept };
  }
  const turns = Object.entries(timed).map(([variant, times]): Turn => ({ side, variant, busy, ...told, ...times }));
  return { ...done, turns: [...done.turns, ...turns], agreements: kept };
}

/** What both sides do not agree in; a case in which they differ is not measured. */
export function disagreements({ agreements }: CaseResult, device: DeviceName): readonly Agreement[] {
  return agreements.filter((one) => isOfSamePrecision(one.variant) && !agrees(one, device));
}

export function jobOf(
  name: CaseName,
  variants: readonly string[],
  { cache, device, cuts }: Setting,
): Omit<Job, "started"> {
  const asked = caseOf(name);
  const {
    work,
    side,
    batch = 1,
    microBatch = batch,
    sampling = { steps: 30, index: 15 },
    isCold = false,
    memory,
  } = asked;
  return {
    ...{ work, side, batch, microBatch, sampling, isCold, device, cuts, variants: [...variants] },
    ...modelsOf(asked, cache),
    ...TIMED,
    guidance: 7.5,
    folder: join(cache, "exchange", name),
    ...(memory === undefined ? {} : { memory }),
    ...(asked.growth === undefined ? {} : { axis: asked.growth.axis }),
  };
}
