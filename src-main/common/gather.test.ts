import { expect, test } from "vitest";
import { Refusal, refuse } from "./diagnostic.ts";
import { gather } from "./gather.ts";

test("the results come back by the names of their tasks", () => {
  expect(gather({ one: () => 1, two: () => "2" })).toEqual({ one: 1, two: "2" });
});

test("the faults of every refused task are thrown together", () => {
  const fault = (code: string) => (): never => refuse({ code, at: {}, message: `is ${code}` });
  expect(() => gather({ a: fault("a"), b: () => 1, c: fault("c") })).toThrow(/is a\n[^]*is c/);
});

test("a fault that two tasks share is told once", () => {
  const shared = (): never => refuse({ code: "a", at: { file: "f" }, message: "is a" });
  const diagnosticsOf = (): unknown => {
    try {
      return gather({ a: shared, b: shared });
    } catch (error) {
      return error instanceof Refusal ? error.diagnostics.length : error;
    }
  };
  expect(diagnosticsOf()).toBe(1);
});

test("a bug in a task is not taken for a fault of the input", () => {
  const bug = (): never => {
    throw new TypeError("x is not a function");
  };
  expect(() => gather({ bug })).toThrow(TypeError);
});
