import { expect, test } from "vitest";
import { refuse } from "../common/diagnostic.ts";
import { gradientOf, OBJECTIVE } from "../program/schedule/cut.ts";
import { LossScale } from "./loss-scale.ts";

const notFinite = (part: string): never =>
  refuse({ code: "not-finite", at: { stage: "unet backwards", part }, message: "element 0 of 1 is Infinity" });

test("what overflows on the way back is lowered until it does not, and stays so", async () => {
  const scale = new LossScale();
  const tried: number[] = [];
  const run = (most: number) => (by: number) => {
    tried.push(by);
    return Promise.resolve(by > most ? notFinite(gradientOf("negative")) : by);
  };
  expect(await scale.with(run(5000))).toBe(4096);
  expect(await scale.with(run(5000))).toBe(4096);
  expect(tried).toEqual([65536, 16384, 4096, 4096]);
});

test("what is not finite before any gradient is refused at once", async () => {
  let runs = 0;
  const run = () => {
    runs++;
    return Promise.resolve(notFinite(OBJECTIVE));
  };
  await expect(new LossScale().with(run)).rejects.toThrow("element 0 of 1 is Infinity");
  expect(runs).toBe(1);
});

test("a gradient that overflows by itself is refused in the end", async () => {
  let runs = 0;
  const run = () => {
    runs++;
    return Promise.resolve(notFinite(gradientOf("latent decoder")));
  };
  await expect(new LossScale().with(run)).rejects.toThrow("unet backwards");
  expect(runs).toBe(9);
});
