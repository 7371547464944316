// Words of sweeps: the dialog that varies parameters, and the panel with what came of it.

import { counted } from "../../src-main/common/counted.ts";

export const enSweep = {
  vary: "Vary…",
  varyParam: (label: string) => `Vary ${label}…`,
  dialog: {
    title: "Vary parameters",
    text: "A run for each combination of values is put into the queue. The workflow itself stays as it is.",
    add: "Vary another parameter",
    addFirst: "Choose a parameter to vary",
    remove: (label: string) => `Do not vary ${label}`,
    numbers: "Numbers, with commas between: 0, 1, 2",
    texts: "One value a line",
    choices: "Tick the values to try",
    none: "Enter at least one value.",
    noneTicked: "Tick at least one value.",
    noNumber: (word: string) => `“${word}” is not a number.`,
    twice: (value: string) => `${value} is there twice.`,
    count: (sizes: readonly number[], runs: number) =>
      sizes.length > 1 ? `${sizes.join(" × ")} = ${counted(runs, "run")}` : counted(runs, "run"),
    tooMany: (runs: number, most: number) =>
      `These are ${runs} runs; at most ${most} are queued at once. Give fewer values, or use the command “reneg sweep”.`,
    queue: (runs: number) => (runs > 0 ? `Queue ${counted(runs, "run")}` : "Queue runs"),
    queued: (runs: number) => `${counted(runs, "run")} queued`,
  },
  panel: {
    title: "Runs of the sweep",
    empty: "No sweep yet. Choose Vary… in the menu of a parameter to try several values of it.",
    choose: "Sweep",
    name: (name: string, labels: readonly string[], runs: number) =>
      `${name} · ${labels.join(" × ")} (${counted(runs, "run")})`,
    progress: (done: number, runs: number, failed: number) =>
      failed > 0 ? `${done} of ${runs} done, ${failed} failed` : `${done} of ${runs} done`,
    cancel: "Cancel sweep",
    cancelTitle: (left: number) => `Stop ${counted(left, "run")}?`,
    cancelText: "What waits is not begun, and what is at work ends with its step. Runs that are done stay.",
    keep: "Keep running",
    compare: "Compare the marked",
    resume: "Resume sweep",
    resumeHelp: "Goes on with what is paused, and tries what has failed once more",
    resumed: (runs: number) => `${counted(runs, "run")} queued again`,
    cancelTextWorkers: "What waits is not begun, and workers give up what they have in hand. Runs that are done stay.",
    columns: {
      run: "Run",
      heldOut: "Best held-out reward",
      reward: "Reward",
      time: "Time",
      worker: "Worker",
      state: "State",
    },
    heldOutHelp:
      "Of the evaluation, where the workflow has one; else the best mean over consecutive steps. A dash: not known yet, or nothing is held out",
    why: (state: string, why: string) => `${state}: ${why}`,
    working: (state: string, step: number, total: number) => `${state}, step ${step} of ${total}`,
  },
  plot: {
    title: "Scatter plot",
    x: "Across",
    y: "Up",
    point: (run: number, x: string, y: string) => `Run ${run}: ${x}, ${y}`,
    pair: (label: string, value: string) => `${label} ${value}`,
    waiting: "Points appear as runs are done.",
    left: (count: number) => `${counted(count, "run")} without a value yet`,
  },
};
