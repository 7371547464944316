// A prediction computed pass after pass, with the host in between: guidance between its two halves, ControlNets before the network that
// they steer.

import { addScaled } from "../common/add-scaled.ts";
import type { Ref } from "../common/program/program.ts";
import { elementCount } from "../common/tensor.ts";
import { lowerPass, pointOfPass } from "../program/functions/sample.ts";
import type { Lowering } from "../program/lowering.ts";
import type {
  OpenedSampler,
  PredictionPass,
  PredictionPasses,
  PredictionSteering,
  Tensors,
} from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import { type ComputedValues, openValue, openValues } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

export interface OpenedPass {
  /** In the order in which they run; those that compute the same are one. */
  readonly stages: readonly Stage[];
  /** Encodes texts and reads files before the first step. */
  readonly prepare: (moment: Moment) => Promise<void>;
  readonly predict: (moment: Moment) => Promise<Float32Array>;
}

interface OpenedBy {
  readonly run: ProgramRun;
  readonly sampler: OpenedSampler;
  readonly batch: number;
  /** What was computed before the first step. */
  readonly given: ReadonlySet<Ref>;
}

/** Nothing is loaded before it is first computed. */
export function openPass(by: OpenedBy): OpenedPass {
  return open(by, { prediction: by.sampler.prediction, isNegative: false });
}

function open(by: OpenedBy, pass: PredictionPass): OpenedPass {
  const { passes, steering } = pass.prediction;
  if (passes !== undefined) return openPasses(by, passes, pass.isNegative);
  return steering === undefined ? openWhole(by, pass) : openSteered(by, steering, pass.isNegative);
}

function openPasses(by: OpenedBy, { of, combine }: PredictionPasses, isNegative: boolean): OpenedPass {
  const opened = of.map((pass) => open(by, { ...pass, isNegative: isNegative || pass.isNegative }));
  return {
    stages: opened.flatMap(({ stages }) => stages),
    async prepare(moment) {
      for (const { prepare } of opened) await prepare(moment);
    },
    async predict(moment) {
      const outputs: Float32Array[] = [];
      for (const { predict } of opened) outputs.push(await predict(moment));
      return combine(outputs, by.batch);
    },
  };
}

function openWhole({ run, sampler, batch, given }: OpenedBy, pass: PredictionPass): OpenedPass {
  const { stage, compute, prepare } = openValue(run, {
    batch,
    given,
    label: "prediction",
    lower: (lowering) => lowerPass(lowering, sampler, pass),
  });
  return { stages: [stage], predict: compute, prepare };
}

function openSteered(
  { run, sampler, batch, given }: OpenedBy,
  { residuals, guess, lower }: PredictionSteering,
  isNegative: boolean,
): OpenedPass {
  const controls = residuals.map((residual) =>
    openValues(run, {
      batch,
      given,
      label: "controlnet",
      lower: (lowering) => residual(lowering, pointOfPass(lowering, sampler, isNegative)),
    }),
  );
  const { stage, compute, prepare } = openValue(run, {
    batch,
    given,
    label: "prediction",
    lower: (lowering) =>
      lower(lowering, pointOfPass(lowering, sampler, isNegative), residualInputs(lowering, controls)),
  });
  const isIdle = guess && isNegative;
  return {
    stages: [...(isIdle ? [] : controls.map((control) => control.stage)), stage],
    async prepare(moment) {
      for (const { prepare: prepareControl } of isIdle ? [] : controls) await prepareControl(moment);
      await prepare(moment);
    },
    async predict(moment) {
      const sums = isIdle ? zeros(controls) : await sumOf(controls, moment);
      const given = new Map([
        ...(moment.given ?? []),
        ...[...sums].map(([name, sum]) => [givenAs(name), sum] as const),
      ]);
      return compute({ ...moment, given });
    },
  };
}

/** Those of several ControlNets are summed, and have one shape. */
function residualInputs(lowering: Lowering, controls: readonly ComputedValues[]): Tensors {
  const [first] = controls;
  return Object.fromEntries(
    Object.entries(first?.shapes ?? {}).map(([name, shape]) => [
      name,
      lowering.input(`residual ${name}`, shape, { rate: "given", value: givenAs(name) }),
    ]),
  );
}

/** No call is called so. */
function givenAs(residual: string): string {
  return `residual ${residual}`;
}

async function sumOf(controls: readonly ComputedValues[], moment: Moment): Promise<ReadonlyMap<string, Float32Array>> {
  const sums = new Map<string, Float32Array>();
  for (const { compute } of controls)
    for (const [name, residual] of Object.entries(await compute(moment))) addScaled(sums, name, residual);
  return sums;
}

function zeros([first]: readonly ComputedValues[]): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(first?.shapes ?? {}).map(([name, shape]) => [name, new Float32Array(elementCount(shape))]),
  );
}
