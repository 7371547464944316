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
import type { Moment } from "./moment.ts";
import { type OpenedPrediction, openPrediction } from "./open-prediction.ts";
import { type ComputedValues, openValues } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

interface OpenedBy {
  readonly run: ProgramRun;
  readonly sampler: OpenedSampler;
  readonly batch: number;
  /** What was computed before the first step. */
  readonly given: ReadonlySet<Ref>;
  /** Of passes within passes, which one it is. */
  readonly pass: string;
}

/** Nothing is loaded before it is first computed. */
export function openPass(by: Omit<OpenedBy, "pass">): OpenedPrediction {
  return open({ ...by, pass: "pass" }, { prediction: by.sampler.prediction, isNegative: false });
}

function open(by: OpenedBy, pass: PredictionPass): OpenedPrediction {
  const { passes, steering } = pass.prediction;
  if (passes !== undefined) return openPasses(by, passes, pass.isNegative);
  return steering === undefined ? openWhole(by, pass) : openSteered(by, pass, steering);
}

function openPasses(by: OpenedBy, { of, combine }: PredictionPasses, isNegative: boolean): OpenedPrediction {
  const opened = of.map((pass, i) =>
    open({ ...by, pass: `${by.pass} ${i + 1}` }, { ...pass, isNegative: isNegative || pass.isNegative }),
  );
  return {
    stages: opened.flatMap(({ stages }) => stages),
    cachedStages: opened.flatMap(({ cachedStages }) => cachedStages),
    keptBytes: opened.reduce((sum, { keptBytes }) => sum + keptBytes, 0),
    async prepare(moment) {
      for (const { prepare } of opened) await prepare(moment);
    },
    async predict(moment, kept) {
      const outputs: Float32Array[] = [];
      const all = new Map<Ref, Float32Array>();
      for (const { predict } of opened) {
        const { output, features } = await predict(moment, kept);
        outputs.push(output);
        for (const [name, numbers] of features) all.set(name, numbers);
      }
      return { output: combine(outputs, by.batch), features: all };
    },
  };
}

function openWhole({ run, ...by }: OpenedBy, pass: PredictionPass): OpenedPrediction {
  return openPrediction(run, { ...by, lower: (lowering) => lowerPass(lowering, by.sampler, pass) });
}

/** From kept features the network needs the first residual alone, so that it runs in one graph with what computes that. */
function openSteered({ run, ...by }: OpenedBy, pass: PredictionPass, steering: PredictionSteering): OpenedPrediction {
  const { sampler, batch, given } = by;
  const { residuals, guess, lower } = steering;
  const { isNegative } = pass;
  const controls = residuals.map((residual) =>
    openValues(run, {
      batch,
      given,
      label: "controlnet",
      lower: (lowering) => residual(lowering, pointOfPass(lowering, sampler, isNegative)),
    }),
  );
  const steered = openPrediction(run, {
    ...by,
    lower: (lowering) =>
      lower(lowering, pointOfPass(lowering, sampler, isNegative), residualInputs(lowering, controls)),
    lowerCached: (lowering) => lowerPass(lowering, sampler, pass),
  });
  const isIdle = guess && isNegative;
  return {
    ...steered,
    stages: [...(isIdle ? [] : controls.map((control) => control.stage)), ...steered.stages],
    async prepare(moment) {
      for (const { prepare } of isIdle ? [] : controls) await prepare(moment);
      await steered.prepare(moment);
    },
    async predict(moment, kept) {
      if (kept !== null) return steered.predict(moment, kept);
      const sums = isIdle ? zeros(controls) : await sumOf(controls, moment);
      const given = new Map([
        ...(moment.given ?? []),
        ...[...sums].map(([name, sum]) => [givenAs(name), sum] as const),
      ]);
      return steered.predict({ ...moment, given }, null);
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
