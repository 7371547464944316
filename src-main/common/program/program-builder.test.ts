import { expect, test } from "vitest";
import { programFunctions } from "../../program/functions/index.ts";
import type { CallFault } from "./function-signature.ts";
import { type CallInputs, ProgramBuilder } from "./program-builder.ts";
import { callsBelow } from "./program.ts";

interface Asked {
  readonly fn: string;
  readonly inputs?: CallInputs;
  readonly settings?: Readonly<Record<string, unknown>>;
}

function building() {
  const builder = new ProgramBuilder(programFunctions);
  const faults: CallFault[] = [];
  const call = (name: string, { fn, inputs = {}, settings = {} }: Asked) =>
    builder.call({ node: name, name, fn, inputs, settings, fault: (fault) => void faults.push(fault) });
  return { builder, faults, call };
}

const pipeline = { fn: "text encoder", settings: { path: "emoji" } } as const;

test("calls that say the same are one, and both nodes are told of it", () => {
  const { builder, call } = building();
  const [first, second] = [call("a", pipeline), call("b", pipeline)];
  expect(second.ref).toBe(first.ref);
  expect(builder.calls).toEqual({ a: { ...pipeline, inputs: {}, nodes: ["a", "b"] } });
  expect(call("c", { ...pipeline, settings: { path: "other" } }).ref).toBe("c");
});

test("what a schema fills in and what is left out say the same", () => {
  const { call } = building();
  const encoder = call("e", pipeline);
  const reading = { longPrompts: "cut", promptWeights: "none" };
  expect(call("b", { fn: "encode text", inputs: { encoder }, settings: { text: "", ...reading } }).ref).toBe(
    call("a", { fn: "encode text", inputs: { encoder } }).ref,
  );
});

test("settings that no schema takes are told, and what a function finds wrong", () => {
  const { faults, call } = building();
  const encoder = call("e", pipeline);
  call("t", { fn: "encode text", inputs: { encoder }, settings: { text: 3 } });
  expect(faults).toMatchObject([{ code: "param-invalid", setting: "text" }]);
});

test("inputs of the wrong kind, and functions that are none, are faults of whoever calls", () => {
  const { call } = building();
  const encoder = call("e", pipeline);
  expect(() => call("x", { fn: "encode", inputs: { encoder, prompts: encoder } })).toThrow(/takes prompts/);
  expect(() => call("x", { fn: "encode", inputs: { encoder } })).toThrow(/lacks prompts/);
  expect(() => call("x", { fn: "no such" })).toThrow(/no function/);
});

test("a value with others put in shares what stays the same, and takes what says the same already", () => {
  const { builder, call } = building();
  const encoder = call("e", pipeline);
  const [first, second] = ["a", "b"].map((text) => call(text, { fn: "prompts", settings: { texts: [text] } }));
  if (first === undefined || second === undefined) throw new Error("two were made");
  const encoded = call("encoded", { fn: "encode", inputs: { encoder, prompts: first } });
  const other = builder.substitute(encoded.ref, new Map([[first.ref, second.ref]]), "preview");
  expect(other).toBe("encoded.preview");
  expect(builder.calls[other]?.inputs).toEqual({ encoder: "e", prompts: "b" });
  expect(call("again", { fn: "encode", inputs: { encoder, prompts: second } }).ref).toBe(other);
  expect(builder.substitute(encoded.ref, new Map(), "same")).toBe("encoded");
});

test("a program holds only what something needs, and a parameter that nothing trains as what it begins as", () => {
  const { builder, call } = building();
  const encoder = call("e", pipeline);
  const negative = (name: string, start: object) =>
    call(name, { fn: "negative embedding", inputs: { encoder }, settings: { id: name, start } });
  negative("trained", { kind: "none" });
  negative("idle", { kind: "text", text: "blurry" });
  negative("held", { kind: "embedding", file: "a.bin" });
  negative("unused", { kind: "none" });
  const update = { objective: "trained", parameters: ["trained"], heldOut: ["idle", "held"], settings: {} as never };
  const { calls } = builder.build({ updates: { o: update }, sinks: {} });
  expect(Object.keys(calls).toSorted()).toEqual(["e", "held", "idle", "trained"]);
  expect(calls["trained"]?.fn).toBe("negative embedding");
  expect(calls["idle"]).toMatchObject({ fn: "encode text", inputs: { encoder: "e" }, settings: { text: "blurry" } });
  expect(calls["held"]).toMatchObject({ fn: "load embedding", inputs: { encoder: "e" }, settings: { file: "a.bin" } });
});

test("a row of calls may be longer than the stack is high, and a circle is told", () => {
  const row = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [
      `c${i}`,
      { fn: "add scores", inputs: i === 0 ? {} : { scores: [`c${i - 1}`] }, settings: {}, nodes: [] },
    ]),
  );
  expect(callsBelow({ calls: row }, ["c49999"])).toHaveLength(50_000);
  const circle = { a: { fn: "x", inputs: { i: "b" }, settings: {}, nodes: [] } };
  const closed = { ...circle, b: { fn: "x", inputs: { i: "a" }, settings: {}, nodes: [] } };
  expect(() => callsBelow({ calls: closed }, ["a"])).toThrow(/circle/);
});
