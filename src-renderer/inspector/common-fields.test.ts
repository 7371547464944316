import { expect, it } from "vitest";
import { commonFields } from "./common-fields.ts";

const cfg = (params: Record<string, unknown>) => ({ type: "sampling/cfg", version: 1, params });
const sampler = { type: "sampling/sampler", version: 1, params: {} };

it("nodes of one type have all their parameters in common, and it is told where they differ", () => {
  const [scale] = commonFields([cfg({ scale: 3 }), cfg({ scale: 7.5 })]);
  expect(scale).toMatchObject({ field: { name: "scale" }, isMixed: true });
  expect(commonFields([cfg({ scale: 3 }), cfg({ scale: 3 })])[0]).toMatchObject({ value: 3, isMixed: false });
});

it("a parameter that is missing holds its default", () => {
  const [{ value, isMixed } = { value: null, isMixed: true }] = commonFields([cfg({}), cfg({})]);
  expect(isMixed).toBe(false);
  expect(value).toBeTypeOf("number");
});

it("what one of them lacks, or has of another kind, is not in common", () => {
  expect(commonFields([cfg({}), sampler])).toEqual([]);
  expect(commonFields([cfg({}), { type: "of/another", version: 1, params: { scale: 1 } }])).toEqual([]);
  expect(commonFields([])).toEqual([]);
});
