// A step of learning whose micro-batches are computed by workers: each is a piece, and whoever answers it, and however often, it enters the
// sum once, in its place. So what is learned does not depend on how many workers there were.

import { elementCount } from "../../common/tensor.ts";
import { firstImages } from "../../learning/batch-outcome.ts";
import { cutsOf, type KeptCuts } from "../../learning/kept-cuts.ts";
import type { ComputeStep } from "../../learning/learn-step.ts";
import type { OpenCompute } from "../../learning/train.ts";
import type { GradientOutcome, OpenedUpdate } from "../../learning/update-gradient.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { targetName } from "../../program/lower-update.ts";
import { mapPaths } from "../../program/program-paths.ts";
import type { AskedPiece } from "../../queue/coordinator/asked-piece.ts";
import type { Coordinator } from "../../queue/coordinator/coordinator.ts";
import { gatherFiles } from "../../queue/files/sent-files.ts";
import { unpackOutcome } from "../pieces/pack-outcome.ts";
import { packParameters } from "../pieces/pack-parameters.ts";
import { type Crew, openJob } from "./open-job.ts";

export function computeWithWorkers(crew: Crew): OpenCompute {
  return async ({ opened }, updates) => {
    const gathered = gatherFiles();
    const sent = mapPaths(opened.program, programFunctions, gathered.wordOf);
    const coordinator = await openJob("learning", gathered, crew);
    const program = await coordinator.publish(Buffer.from(JSON.stringify(sent)));
    return {
      compute: stepBy(coordinator, { program, cuts: cutsOf(updates) }),
      close: coordinator.close,
    };
  };
}

interface Same {
  readonly program: string;
  readonly cuts: KeptCuts;
}

function stepBy(coordinator: Coordinator, same: Same): ComputeStep {
  return async (updates, step, values, add) => {
    const parameters = await coordinator.publish(packParameters(values));
    const pieces = [...updates].flatMap(([update, opened]) => firstImages(opened).map((first) => ({ update, first })));
    const asked = pieces.map(({ update, first }): AskedPiece => {
      return {
        name: `${step}.${update}.${first}`,
        work: { kind: "gradient", ...same, update, step, first, parameters },
      };
    });
    const openedAt = (index: number): OpenedUpdate => {
      const opened = updates.get(pieces[index]?.update ?? "");
      if (opened === undefined) throw new Error(`there is no piece ${index}`);
      return opened;
    };
    const addInOrder = inOrder<GradientOutcome>((index, outcome) => add(pieces[index]?.update ?? "", outcome));
    await coordinator.carryOut(asked, {
      read: (bytes, index) => checkOutcome(unpackOutcome(bytes), openedAt(index)),
      onAnswer: (index, { result }) => addInOrder(index, result),
    });
    await coordinator.takeBack(parameters);
  };
}

/** @throws Error for what is not of this optimizer: it would be summed with what is */
function checkOutcome(outcome: GradientOutcome, { batch, parameters, lowered }: OpenedUpdate): GradientOutcome {
  if (outcome.objective.length !== batch)
    throw new Error(`it answered ${outcome.objective.length} images in place of ${batch}`);
  const sizes = new Map(
    parameters.flatMap(({ ref, shapes }) =>
      Object.entries(shapes).map(([tensor, shape]) => [targetName(ref, tensor), elementCount(shape)]),
    ),
  );
  for (const [name, { length }] of outcome.gradient)
    if (sizes.get(name) !== length) throw new Error(`it answered ${length} numbers of ${name}`);
  for (const name of outcome.told.keys())
    if (!lowered.outputs.has(name)) throw new Error(`it answered ${name}, for which nobody has asked`);
  return outcome;
}

/** What comes too early waits for what is before it. */
function inOrder<T>(take: (index: number, item: T) => void): (index: number, item: T) => void {
  const waiting = new Map<number, T>();
  let next = 0;
  return (index, item) => {
    waiting.set(index, item);
    for (let found = waiting.get(next); found !== undefined; found = waiting.get(next)) {
      waiting.delete(next);
      take(next, found);
      next += 1;
    }
  };
}
