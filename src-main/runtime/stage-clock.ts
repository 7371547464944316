// Measures the stages of a run, and tells which one is in work before it blocks the process.

import type { StageNetwork, StageTime, StageTimes, StageWork } from "../common/stage-times.ts";

/** What of a stage is told. */
export interface TimedStage {
  readonly name: string;
  readonly network: StageNetwork;
  /** Other networks in the same piece. */
  readonly beside?: readonly StageNetwork[];
  readonly work: StageWork;
}

export interface StageClock {
  /** @param kind `load`: building and reading the network counts apart from its passes */
  readonly measure: <Result>(stage: TimedStage, kind: "pass" | "load", work: () => Promise<Result>) => Promise<Result>;
  /** Tells the final figures. */
  readonly end: () => Promise<void>;
}

/** Small networks run hundreds of times a second: so often is told, unless what comes is expected to take as long. */
const LEAST_MS_BETWEEN = 250;

export function createStageClock(
  device: string,
  tell: (times: StageTimes) => Promise<void>,
  now: () => number = () => performance.now(),
): StageClock {
  const times = new Map<string, StageTime>();
  let told = -Infinity;
  const tellNow = async (current: string | null): Promise<void> => {
    told = now();
    await tell({ device, current, stages: [...times.values()] });
  };
  return {
    async measure({ name, network, beside = [], work: purpose }, kind, work) {
      const before = times.get(name) ?? {
        ...{ name, network, beside: [...beside], work: purpose },
        ...{ passes: 0, seconds: 0, loads: 0, loadSeconds: 0 },
      };
      times.set(name, before);
      // Of a first pass nobody knows; nothing can be told while it blocks.
      const expected = kind === "pass" && before.passes > 0 ? (1000 * before.seconds) / before.passes : Infinity;
      if (expected >= LEAST_MS_BETWEEN || now() - told >= LEAST_MS_BETWEEN) await tellNow(name);
      const started = now();
      const result = await work();
      const seconds = (now() - started) / 1000;
      times.set(
        name,
        kind === "pass"
          ? { ...before, passes: before.passes + 1, seconds: before.seconds + seconds }
          : { ...before, loads: before.loads + 1, loadSeconds: before.loadSeconds + seconds },
      );
      return result;
    },
    end: () => tellNow(null),
  };
}
