import { expect, test } from "vitest";
import { loadTensorflow } from "./tensorflow.ts";

test("TensorFlow.js is loaded once, with a backend that computes Adam's first step", async () => {
  const { tf, report } = await loadTensorflow();
  expect((await loadTensorflow()).tf).toBe(tf);
  expect(report.why).not.toBe("");
  const weight = tf.variable(tf.tensor1d([1, 2]));
  tf.train.adam(0.25).applyGradients([{ name: weight.name, tensor: tf.tensor1d([3, -4]) }]);
  // The first step of Adam is the learning rate against the sign of the gradient.
  const [first, second] = await weight.data();
  expect(first).toBeCloseTo(0.75, 5);
  expect(second).toBeCloseTo(2.25, 5);
});
