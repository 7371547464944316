// Whether a program that comes from a file says something that can be computed: every call of a function, with the inputs and settings that
// it takes, and every optimizer and sink of values that are there.

import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { printIssue } from "../common/print-issue.ts";
import { type Call, callOf, feeding, type Program, type Ref } from "../common/program/program.ts";
import { rootsOf } from "../common/program/roots.ts";
import { isKindOf, type TypedRef, type ValueKind } from "../common/program/value-type.ts";
import { orderNodes } from "../common/workflow-order.ts";
import type { Wire } from "../common/workflow-wires.ts";
import type { ProgramFunction, ProgramFunctions } from "./function.ts";

const HELP = "another program has changed the file: make it anew from its workflow or recipe";

/** @throws Refusal with every fault, at its place in the file */
export function checkProgram(program: Program, functions: ProgramFunctions, file: string): void {
  const faults: Diagnostic[] = [];
  const tell = (part: string, message: string): void => {
    faults.push({ severity: "error", code: "program-invalid", at: { file, part }, message, help: HELP });
  };
  const kinds = new Map<Ref, ValueKind>();
  for (const [ref, { fn }] of Object.entries(program.calls)) {
    const definition = functions.get(fn);
    if (definition === undefined) tell(`calls.${ref}.fn`, `there is no function ${fn}`);
    else kinds.set(ref, definition.output);
  }
  for (const [ref, call] of Object.entries(program.calls)) {
    const definition = functions.get(call.fn);
    if (definition !== undefined)
      checkCall(call, definition, kinds, (part, message) => tell(`calls.${ref}.${part}`, message));
  }
  const wanted = (part: string, ref: Ref, kind: ValueKind): void => {
    const given = kinds.get(ref);
    if (given === undefined) tell(part, `there is no call ${ref}`);
    else if (!isKindOf(given, kind)) tell(part, `${ref} is ${given}, not ${kind}`);
  };
  for (const [name, { objective, heldOut, parameters, rates, weightDecays }] of Object.entries(program.updates)) {
    wanted(`updates.${name}.objective`, objective, "score");
    for (const ref of heldOut) wanted(`updates.${name}.heldOut`, ref, "score");
    for (const [part, given] of Object.entries({ rates, weightDecays })) {
      if (given !== undefined && given.length !== parameters.length)
        tell(`updates.${name}.${part}`, `${given.length} are given for ${parameters.length} parameters`);
    }
  }
  for (const ref of rootsOf(program)) if (!kinds.has(ref)) tell("updates and sinks", `there is no call ${ref}`);
  if (faults.length === 0) checkRules(program, functions, tell);
  if (faults.length > 0) throw new Refusal(faults);
}

/** What functions themselves find wrong, and whether what is trained can be. */
function checkRules(
  program: Program,
  functions: ProgramFunctions,
  tell: (part: string, message: string) => void,
): void {
  const { order, cycles } = orderNodes(Object.keys(program.calls), wiresOf(program));
  const [[circle] = []] = cycles;
  if (circle !== undefined) return tell(`calls.${circle}`, "depends on itself");
  const typed = new Map<Ref, TypedRef>();
  for (const ref of order) typed.set(ref, inferCall(program, ref, functions, typed, tell));
  for (const [name, { parameters }] of Object.entries(program.updates)) {
    for (const ref of parameters)
      if (typed.get(ref)?.facts.state !== "trainable") tell(`updates.${name}.parameters`, `${ref} cannot be trained`);
  }
}

function inferCall(
  program: Program,
  ref: Ref,
  functions: ProgramFunctions,
  typed: ReadonlyMap<Ref, TypedRef>,
  tell: (part: string, message: string) => void,
): TypedRef {
  const { fn, inputs, settings } = callOf(program, ref);
  const definition = functions.get(fn);
  if (definition === undefined) throw new Error(`${fn} was checked to be a function`);
  const find = (name: Ref): TypedRef | undefined => typed.get(name);
  const gathered = Object.entries(definition.inputs).map(([name, { many }]) => {
    const sources = [inputs[name] ?? []].flat().map(find);
    return [name, many === true ? sources : sources[0]];
  });
  const facts = definition.infer?.({
    // Kinds and lists were checked.
    inputs: Object.fromEntries(gathered) as Parameters<NonNullable<ProgramFunction["infer"]>>[0]["inputs"],
    settings: definition.settings.parse(settings),
    fault({ severity = "error", input, setting, message }) {
      const place = setting === undefined ? (input === undefined ? [] : ["inputs", input]) : ["settings", setting];
      if (severity === "error") tell(["calls", ref, ...place].join("."), message);
    },
  });
  return { ref, kind: definition.output, facts: facts ?? {} };
}

function checkCall(
  { inputs, settings }: Call,
  definition: ProgramFunction,
  kinds: ReadonlyMap<Ref, ValueKind>,
  tell: (part: string, message: string) => void,
): void {
  for (const [name, { kind, optional, many }] of Object.entries(definition.inputs)) {
    const given = inputs[name];
    if (given === undefined && optional === undefined && many === undefined) tell("inputs", `${name} is missing`);
    if (Array.isArray(given) && many === undefined) tell(`inputs.${name}`, "takes one value");
    for (const ref of [given ?? []].flat()) {
      const found = kinds.get(ref);
      if (found === undefined) tell(`inputs.${name}`, `there is no call ${ref}`);
      else if (!isKindOf(found, kind)) tell(`inputs.${name}`, `${ref} is ${found}, not ${kind}`);
    }
  }
  for (const name of Object.keys(inputs))
    if (!Object.hasOwn(definition.inputs, name)) tell(`inputs.${name}`, "is no input of the function");
  const parsed = definition.settings.safeParse(settings, { reportInput: true });
  for (const issue of parsed.error?.issues ?? []) tell(["settings", ...issue.path].join("."), printIssue(issue));
}

/** Calls as nodes, and what feeds them as wires. */
function wiresOf({ calls }: Program): Wire[] {
  return Object.entries(calls).flatMap(([ref, call]) =>
    feeding(call).map((source) => ({ from: { node: source, port: "value" }, to: { node: ref, port: "input" } })),
  );
}
