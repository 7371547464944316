// What a program computes, in a few lines: what is learned from what, an optimizer after the other.

import { callOf, callsBelow, type Program, type Ref } from "../../common/program/program.ts";
import { prompts } from "../../program/functions/prompts.ts";
import { sample } from "../../program/functions/sample.ts";
import { score } from "../../program/functions/score.ts";
import { imageFacts } from "../../sampling/image-facts.ts";
import { type Fact, fact } from "./kind.ts";

export function programFacts(program: Program): Fact[] {
  const updates = Object.entries(program.updates);
  return updates.flatMap(([name, { objective, parameters, rates, settings }]) => {
    const called = (what: string): string => (updates.length === 1 ? what : `${name}: ${what}`);
    const { steps, batch, optimizer, learningRate, schedule, seed } = settings;
    const own = rates?.map((rate, i) => `${printRate(rate * learningRate)} (${parameters[i]})`).join(", ");
    const { pipeline } = imageFacts(program, objective);
    return [
      ...(pipeline === "" ? [] : [fact(called("pipeline"), pipeline)]),
      fact(called("parameters"), parameters.join(", ")),
      fact(called("rewards"), rewardsOf(program, objective).join(", ")),
      fact(called("prompts"), promptsOf(program, objective)),
      fact(
        called("learning"),
        `${steps} steps of ${batch} images, ${optimizer} at ${own ?? learningRate}, ${schedule}`,
      ),
      ...samplersOf(program, objective).map((sampler) => fact(called("sampling"), sampler)),
      fact(called("seed"), seed),
    ];
  });
}

/** Without the digits that a product of doubles adds. */
function printRate(rate: number): string {
  return String(Number(rate.toPrecision(12)));
}

function callsOf(program: Program, objective: Ref, fn: string) {
  return callsBelow(program, [objective]).flatMap((ref) => {
    const call = callOf(program, ref);
    return call.fn === fn ? [{ ref, settings: call.settings }] : [];
  });
}

function rewardsOf(program: Program, objective: Ref): string[] {
  return callsOf(program, objective, score.name).map(({ settings }) => score.settings.parse(settings).path);
}

function samplersOf(program: Program, objective: Ref): string[] {
  return callsOf(program, objective, sample.name).map(({ ref }) => {
    const { scheduler, steps, guidance } = imageFacts(program, ref);
    return `${scheduler}, ${steps} steps, guidance ${guidance}`;
  });
}

/** How many, or the files that list them. */
function promptsOf(program: Program, objective: Ref): string | number {
  const lists = callsOf(program, objective, prompts.name).map(({ settings }) => prompts.settings.parse(settings));
  const files = lists.flatMap(({ file }) => file ?? []);
  return files.length > 0 ? files.join(", ") : lists.reduce((sum, { texts = [] }) => sum + texts.length, 0);
}
