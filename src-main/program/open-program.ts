// A program with its calls opened: each once, when it is first asked for.

import { type Call, callOf, callsBelow, feeding, type Program, type Ref } from "../common/program/program.ts";
import { isKindOf, type ValueKind } from "../common/program/value-type.ts";
import { appendOnce } from "./append-once.ts";
import { atNode } from "./at-node.ts";
import type { FunctionInputs, ProgramFunction, ProgramFunctions } from "./function.ts";
import type { Host } from "./host.ts";
import type {
  OpenedExamples,
  OpenedImage,
  OpenedParameter,
  OpenedPrompts,
  OpenedSampler,
  OpenedValue,
  OpenedValues,
} from "./values.ts";

export interface OpenedProgram {
  readonly program: Program;
  readonly host: Host;
  /** @throws Refusal at the nodes that asked for the call */
  readonly open: <Kind extends ValueKind>(name: Ref, kind: Kind) => OpenedValues[Kind];
  /** @throws Error for a call that is none: programs are checked where they enter */
  readonly parameter: (name: Ref) => OpenedParameter;
  /** Those that a value depends on, each after those that feed it. */
  readonly samplersOf: (root: Ref) => readonly OpenedSampler[];
  readonly parametersOf: (root: Ref) => readonly OpenedParameter[];
  readonly promptsOf: (root: Ref) => readonly OpenedPrompts[];
  readonly examplesOf: (root: Ref) => readonly OpenedExamples[];
  /** Those that a value looks at: the nearest on each way down from it. */
  readonly imagesOf: (root: Ref) => readonly OpenedImage[];
}

export function openProgram(program: Program, functions: ProgramFunctions, host: Host): OpenedProgram {
  const opened = new Map<Ref, OpenedValue>();
  const functionOf = ({ fn }: Call): ProgramFunction => {
    const found = functions.get(fn);
    if (found === undefined) throw new Error(`the program calls ${fn}, which is no function`);
    return found;
  };
  const present = (name: Ref): OpenedValue => {
    const value = opened.get(name);
    if (value === undefined) throw new Error(`${name} is used before it is opened`);
    return value;
  };
  const openCall = (name: Ref): OpenedValue => {
    // A row of calls may be longer than the stack is high.
    for (const ref of opened.has(name) ? [] : callsBelow(program, [name])) {
      if (opened.has(ref)) continue;
      const call = callOf(program, ref);
      const definition = functionOf(call);
      const inputs = gather(call, definition.inputs, present);
      const settings = definition.settings.parse(call.settings);
      opened.set(
        ref,
        appendOnce(
          ref,
          call,
          atNode(call, () => definition.open({ ref, inputs, settings, host })),
        ),
      );
    }
    return present(name);
  };
  // A program is checked where it enters: what a call gives is of the kind that is asked for.
  const open = <Kind extends ValueKind>(name: Ref, _kind: Kind) => openCall(name) as OpenedValues[Kind];
  const below = (root: Ref, isWanted: (definition: ProgramFunction) => boolean): OpenedValue[] =>
    callsBelow(program, [root])
      .filter((name) => isWanted(functionOf(callOf(program, name))))
      .map(openCall);
  const nearestImages = (root: Ref): Ref[] => {
    const images: Ref[] = [];
    const seen = new Set<Ref>();
    const waiting = [root];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const call = callOf(program, name);
      if (functionOf(call).output === "image") images.push(name);
      else waiting.push(...feeding(call).toReversed());
    }
    return images;
  };
  return {
    program,
    host,
    open,
    parameter(name) {
      const value = openCall(name);
      if (!isParameter(value)) throw new Error(`${name} is to be learned, but is no parameter`);
      return value;
    },
    samplersOf: (root) => below(root, ({ output }) => output === "latent").filter(isSampler),
    parametersOf: (root) => below(root, ({ output }) => isKindOf(output, "parameter")).filter(isParameter),
    imagesOf: (root) => nearestImages(root).map((name) => open(name, "image")),
    examplesOf: (root) =>
      below(root, ({ output }) => output === "pairs" || output === "rated images") as OpenedExamples[],
    promptsOf: (root) => below(root, ({ output }) => output === "prompts") as OpenedPrompts[],
  };
}

function isSampler(value: OpenedValue): value is OpenedSampler {
  return "kind" in value && value.kind === "sampler";
}

function isParameter(value: OpenedValue): value is OpenedValue & OpenedParameter {
  return "initial" in value;
}

function gather(
  { inputs }: Call,
  wanted: FunctionInputs,
  open: (name: Ref) => OpenedValue,
): Parameters<ProgramFunction["open"]>[0]["inputs"] {
  const gathered = Object.entries(wanted).map(([name, { many }]) => {
    const source = inputs[name];
    if (source === undefined) return [name, many === true ? [] : undefined];
    return [name, typeof source === "string" ? open(source) : source.map(open)];
  });
  return Object.fromEntries(gathered) as Parameters<ProgramFunction["open"]>[0]["inputs"];
}
