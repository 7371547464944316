import { describe, expect, test } from "vitest";
import { sampleGraphs } from "../compiler/testing/build-sample.ts";
import { compareOperator } from "./testing/compare-operator.ts";

describe("onnxruntime's CPU computes every operator and its gradient as the operator is defined", () => {
  for (const sample of sampleGraphs()) {
    test(sample.name, async () => {
      const errors = await compareOperator(sample, { device: "cpu" });
      expect(Object.keys(errors)).toEqual([...sample.graph.outputs.keys()]);
      for (const [output, error] of Object.entries(errors)) expect(error, output).toBeLessThan(1e-5);
    });
  }
});
