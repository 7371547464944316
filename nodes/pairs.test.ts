// Every output of every node into every input of every other, where at least one of the two is a node that says more than a recipe can: the wire
// is either computed, so that what the node gives depends on it, or refused with the reason where it ends. There is no third case.

import { expect, test } from "vitest";
import type { Diagnostic } from "../src-main/common/diagnostic.ts";
import { isKindOf, type ValueKind } from "../src-main/common/program/value-type.ts";
import { addNode, connect } from "../src-main/common/workflow-edits.ts";
import { NO_FACTS, type NodeType } from "../src-main/common/workflow-node-type.ts";
import type { Workflow, WorkflowNode } from "../src-main/common/workflow.ts";
import { programFunctions } from "../src-main/program/functions/index.ts";
import { compileWorkflow } from "./compile-workflow.ts";
import type { NodeDefinition, ProgramSoFar } from "./define-node.ts";
import { nodeTypes } from "./index.ts";
import { add, emoji, load, secondBranch, wire } from "./testing/emoji-workflow.ts";
import { anywhere, end, newNode } from "./testing/templates.ts";

const NEW = [
  "model/load-lora",
  "model/lora",
  "model/text-encoder-lora",
  "model/fine-tune-text-encoder",
  "embedding/token",
  "model/apply-controlnet",
  "model/blend",
  "conditioning/blend",
  "conditioning/concat",
  "conditioning/average",
  "sampling/guidance-rescale",
  "sampling/sampler",
  "sampling/latent-from-image",
  "reward/add",
  "reward/function",
  "reward/distance-to-start",
  "reward/distance-to-base",
  "learning/optimizer",
];

/** Two branches, of which the second has an embedding that nothing learns yet, and one of each thing that can be wired. */
const base = emoji(
  ...secondBranch,
  ...load("old.safetensors"),
  add("negative-2", "embedding/negative"),
  wire("pipeline.encoder", "negative-2.encoder"),
  wire("negative-2.embedding", "cfg-2.negative"),
  add("reward-2", "reward/model", { path: "emoji:rewards/held-out" }),
  wire("decoder-2.image", "reward-2.image"),
  add("control", "model/controlnet"),
  add("video", "model/video"),
  add("pairs", "reward/preference-pairs", { source: "pairs" }),
  add("rated", "reward/rated-images", { source: "rated" }),
  add("head", "reward/head", { path: "emoji:rewards/preference" }),
  add("begin", "sampling/latent-from-image", { source: "house.png" }),
  wire("pipeline.vae", "begin.vae"),
);

const USUAL: Readonly<Record<ValueKind, string>> = {
  "text encoder": "pipeline.encoder",
  unet: "pipeline.unet",
  vae: "pipeline.vae",
  model: "unet.model",
  prompts: "prompts.prompts",
  conditioning: "encoder.condition",
  embedding: "negative-2.embedding",
  prediction: "cfg-2.guided",
  latent: "sampler-2.latent",
  image: "decoder-2.image",
  score: "reward-2.score",
  control: "control.control",
  "video model": "video.model",
  pairs: "pairs.pairs",
  "rated images": "rated.images",
  reward: "head.reward",
  parameter: "negative-2.embedding",
};

/** Where an input asks for more than its kind. */
const ASKED: Readonly<Record<string, string>> = {
  learned: "optimizer.embedding",
  "embedding/save.embedding": "optimizer.embedding",
  "embedding/negative.start": "load.embedding",
  "embedding/token.start": "load.embedding",
  "sampling/sampler.start": "begin.latent",
};

/** With what a node of a type is told apart from the others, and what only the user can know. */
const PARAMS: Readonly<Record<string, WorkflowNode["params"]>> = {
  "input/prompts": { text: "a house" },
  "model/pipeline": { path: "another" },
  "model/encoder": { promptWeights: "a1111" },
  "model/unet": { height: 32, width: 32 },
  "model/controlnet": { path: "depth" },
  "model/video": { path: "moving" },
  "sampling/latent-from-image": { source: "street.png" },
  "reward/model": { path: "taste" },
  "reward/preference-pairs": { source: "mine" },
  "reward/rated-images": { source: "others" },
  "reward/head": { path: "taste" },
  "reward/lora": { path: "taste" },
  "embedding/load": { file: "new.safetensors" },
  "model/load-lora": { file: "style.safetensors" },
  "embedding/save": { name: "another" },
};

/** What is trained, where an objective depends on nothing else. */
const TRAINED_BY: Readonly<Record<string, string>> = {
  "reward/preference-loss": "head.reward",
  "reward/rating-loss": "head.reward",
};

/** A reward that is only told of stays as it began, which is told where it stands. */
function isUntrained({ code, at }: Diagnostic): boolean {
  return code === "parameter-idle" && at.node === "head";
}

function usual({ type }: NodeType, port: string, kind: ValueKind): string {
  return ASKED[port] ?? ASKED[`${type}.${port}`] ?? USUAL[kind];
}

/** A node of a type with everything that it needs, besides what it is given. */
function place(workflow: Workflow, id: string, type: NodeType, given: Readonly<Record<string, string>> = {}): Workflow {
  let changed = addNode(workflow, id, newNode(type.type, PARAMS[type.type]), anywhere);
  for (const [port, { kind, optional }] of Object.entries(type.inputs)) {
    const from = given[port] ?? (optional === undefined ? usual(type, port, kind) : undefined);
    if (from !== undefined) changed = connect(changed, end(from), end(`${id}.${port}`), nodeTypes);
  }
  return changed;
}

interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  /** All that the node `b` makes, with whatever that depends on. */
  readonly made: string;
}

function outcomeOf(workflow: Workflow): Outcome {
  const made: string[] = [];
  const watched = new Map<string, NodeDefinition>(
    [...nodeTypes].map(([type, definition]) => [
      type,
      {
        ...definition,
        compile(args) {
          const result = definition.compile(args);
          if (args.node !== "b") return result;
          made.push(spelled(args.program, [result.outputs, result.update]));
          const { sinks } = result;
          if (sinks === undefined) return result;
          const told: typeof sinks = (sinkArgs) => {
            const written = sinks(sinkArgs);
            made.push(spelled(args.program, written));
            return written;
          };
          return { ...result, sinks: told };
        },
      },
    ]),
  );
  const { diagnostics } = compileWorkflow(workflow, NO_FACTS, watched, programFunctions);
  return { diagnostics: diagnostics.filter(({ severity }) => severity === "error"), made: made.join("\n") };
}

/** A value in which the name of each call is followed by what it computes. */
function spelled({ calls }: ProgramSoFar, value: unknown): string {
  const known = new Map<string, string>();
  const spell = (name: string): string => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const { fn, inputs, settings } = calls[name] ?? { fn: name, inputs: {}, settings: {} };
    const sources = Object.entries(inputs).map(([input, source]) => [input, [source].flat().map(spell)]);
    const text = JSON.stringify([fn, settings, sources]);
    known.set(name, text);
    return text;
  };
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "string" && Object.hasOwn(calls, part) ? spell(part) : part,
  );
}

const ends = [...nodeTypes.values()].flatMap((type) =>
  Object.entries(type.outputs).map(([port, { kind }]) => ({ type, port, kind })),
);

const total = { computed: 0, refused: 0, unfit: 0 };

test.each([...nodeTypes.values()].filter(({ inputs }) => Object.keys(inputs).length > 0))(
  "$title computes whatever is wired to it, or says at the port why it cannot",
  (target) => {
    const tally = { computed: 0, refused: 0, unfit: 0 };
    for (const { type, port: output, kind } of ends) {
      if (!NEW.includes(type.type) && !NEW.includes(target.type)) continue;
      for (const [port, input] of Object.entries(target.inputs)) {
        const name = `${type.type}.${output} → ${target.type}.${port}`;
        const trained = port === "objective" ? TRAINED_BY[type.type] : undefined;
        const given = { ...(trained === undefined ? {} : { first: trained }), [port]: `a.${output}` };
        const wired = outcomeOf(place(place(base, "a", type), "b", target, given));
        const here = wired.diagnostics.filter(({ at }) => at.node === "b" && at.port === port);
        if (!isKindOf(kind, input.kind)) {
          expect(
            here.map(({ code }) => code),
            name,
          ).toContain("port-kind");
          tally.unfit++;
        } else if (wired.diagnostics.length > 0) {
          const others = wired.diagnostics.filter((fault) => !here.includes(fault) && !isUntrained(fault));
          expect(
            others.map(({ code, at }) => `${name}: ${code} ${at.node}.${at.port ?? at.param}`),
            name,
          ).toEqual([]);
          for (const { message, help } of here)
            expect(
              [message, help].every((words) => (words ?? "") !== ""),
              name,
            ).toBe(true);
          tally.refused++;
        } else {
          const before = outcomeOf(
            place(place(base, "a", type), "b", target, { [port]: usual(target, port, input.kind) }),
          );
          expect(wired.made, name).not.toBe(before.made);
          tally.computed++;
        }
      }
    }
    for (const [what, count] of Object.entries(tally)) total[what as keyof typeof total] += count;
    expect(tally.unfit).toBeGreaterThan(0);
  },
);

test("the table holds enough of each outcome to mean something", () => {
  expect(total.computed).toBeGreaterThan(100);
  expect(total.refused).toBeGreaterThan(20);
  expect(total.unfit).toBeGreaterThan(500);
  expect(NEW.filter((type) => !nodeTypes.has(type))).toEqual([]);
});
