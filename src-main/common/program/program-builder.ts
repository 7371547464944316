// A program under construction: calls that say the same are one, and what is wrong with each is told as it is made.

import type { z } from "zod";
import { inLowerCase } from "../print-issue.ts";
import type { CallFault, FunctionSignature, FunctionSignatures } from "./function-signature.ts";
import { type Call, callOf, callsBelow, type Program, PROGRAM_FORMAT, type Ref } from "./program.ts";
import { rootsOf } from "./roots.ts";
import { rewrite } from "./substitute.ts";
import { isKindOf, type TypedRef } from "./value-type.ts";

/** By the function's name of the input. An input without a value is left out. */
export type CallInputs = Readonly<Record<string, TypedRef | readonly TypedRef[] | undefined>>;

export interface CallArgs {
  /** The node that asks for the call. */
  readonly node: string;
  /** What the call is called if no other says the same. */
  readonly name: Ref;
  readonly fn: string;
  readonly inputs: CallInputs;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly fault: (fault: CallFault) => void;
}

export class ProgramBuilder {
  readonly #functions: FunctionSignatures;
  readonly #calls: Record<Ref, Call> = {};
  readonly #typed = new Map<Ref, TypedRef>();
  /** By what they say. */
  readonly #known = new Map<string, Ref>();
  /** The nodes that ask for each, which may be thousands: the list that the call has, and what is in it. */
  readonly #nodes = new Map<Ref, { readonly list: string[]; readonly known: Set<string> }>();

  constructor(functions: FunctionSignatures) {
    this.#functions = functions;
  }

  get calls(): Program["calls"] {
    return this.#calls;
  }

  /** All that were made by `call`. */
  get made(): Iterable<TypedRef> {
    return this.#typed.values();
  }

  /** @throws Error for a call that was not made by `call` */
  typed(name: Ref): TypedRef {
    const found = this.#typed.get(name);
    if (found === undefined) throw new Error(`nothing is known of the call ${name}`);
    return found;
  }

  /** @throws Error for inputs that the function does not take: whoever asks has checked the kinds */
  call({ node, name, fn, inputs, settings, fault }: CallArgs): TypedRef {
    const signature = this.#functions.get(fn);
    if (signature === undefined) throw new Error(`there is no function ${fn}`);
    const given = checkInputs(signature, inputs);
    const parsed = signature.settings.safeParse(settings);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) fault(settingFault(issue));
      return { ref: name, kind: signature.output, facts: {} };
    }
    const inferred = signature.infer?.({ inputs: given, settings: parsed.data, fault }) ?? {};
    const ending = signature.fileEnding?.(parsed.data);
    const facts = ending === undefined ? inferred : { ...inferred, fileEnding: ending };
    // What the schema makes of settings is JSON: a program is written to a file.
    const call: Call = { fn, inputs: refsOf(given), settings: parsed.data as Call["settings"], nodes: [node] };
    const ref = this.#intern(name, call);
    const typed: TypedRef = { ref, kind: signature.output, facts };
    this.#typed.set(ref, typed);
    return typed;
  }

  /** A value with other calls in the place of some that it depends on. @param label ends the names of the calls that are new */
  substitute(root: Ref, replacements: ReadonlyMap<Ref, Ref>, label: string): Ref {
    return rewrite(this, root, replacements, (name, call) => this.#intern(`${name}.${label}`, call));
  }

  /** Without calls that nothing depends on. A parameter that no optimizer changes stays what it begins as. */
  build({ updates, sinks }: Pick<Program, "updates" | "sinks">): Program {
    const used = callsBelow(this, rootsOf({ updates, sinks }));
    const trained = new Set(Object.values(updates).flatMap(({ parameters }) => parameters));
    return {
      format: PROGRAM_FORMAT,
      formatVersion: 1,
      calls: Object.fromEntries(
        used.map((name) => [name, trained.has(name) ? callOf(this, name) : this.#untrained(callOf(this, name))]),
      ),
      updates,
      sinks,
    };
  }

  #untrained(call: Call): Call {
    const parameter = this.#functions.get(call.fn);
    const other = parameter?.untrained?.(parameter.settings.parse(call.settings));
    const signature = this.#functions.get(other?.fn ?? "");
    if (other === undefined || signature === undefined) return call;
    return { ...call, fn: other.fn, settings: signature.settings.parse(other.settings) as Call["settings"] };
  }

  #intern(wanted: Ref, call: Call): Ref {
    const { fn, inputs, settings, nodes } = call;
    const key = JSON.stringify([fn, inputs, settings]);
    const known = this.#known.get(key);
    const name = known ?? this.#freeName(wanted);
    const asking = this.#nodes.get(name) ?? { list: [], known: new Set() };
    if (known === undefined) {
      this.#known.set(key, name);
      this.#calls[name] = { ...call, nodes: asking.list };
      this.#nodes.set(name, asking);
    }
    for (const node of nodes) {
      if (asking.known.has(node)) continue;
      asking.known.add(node);
      asking.list.push(node);
    }
    return name;
  }

  #freeName(wanted: Ref): Ref {
    for (let i = 1; ; i++) {
      const name = i === 1 ? wanted : `${wanted}.${i}`;
      if (!Object.hasOwn(this.#calls, name)) return name;
    }
  }
}

function checkInputs({ name: fn, inputs }: FunctionSignature, given: CallInputs) {
  const gathered = Object.entries(inputs).map(([name, { kind, many, optional }]) => {
    const values = [given[name] ?? []].flat();
    const misfit = values.find((value) => !isKindOf(value.kind, kind));
    if (misfit !== undefined) throw new Error(`${fn} takes ${kind} as ${name}, but ${misfit.ref} is ${misfit.kind}`);
    if (values.length === 0 && optional === undefined && many === undefined) throw new Error(`${fn} lacks ${name}`);
    return [name, many === true ? values : values[0]] as const;
  });
  const unknown = Object.keys(given).find((name) => given[name] !== undefined && !Object.hasOwn(inputs, name));
  if (unknown !== undefined) throw new Error(`${fn} has no input ${unknown}`);
  return Object.fromEntries(gathered) as Parameters<NonNullable<FunctionSignature["infer"]>>[0]["inputs"];
}

function refsOf(inputs: CallInputs): Call["inputs"] {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, isList(value) ? value.map(({ ref }) => ref) : value.ref]];
    }),
  );
}

function isList(value: TypedRef | readonly TypedRef[]): value is readonly TypedRef[] {
  return Array.isArray(value);
}

function settingFault({ path, message }: z.core.$ZodIssue): CallFault {
  return {
    code: "param-invalid",
    setting: path.join("."),
    message: inLowerCase(message),
    help: "choose another value",
  };
}
