import { expect, test } from "vitest";
import { type FloatTensor, floatTensor } from "../../common/tensor.ts";
import { appendGradient } from "../../compiler/gradient.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { Lowering } from "../lowering.ts";
import { given } from "../testing/compute.ts";
import { emoji, host, open } from "../testing/given-values.ts";
import { patternTensor, relativeError, runGraph, runLowered } from "../testing/run-lowered.ts";
import type { OpenedModel } from "../values.ts";
import { applyControlnet } from "./apply-controlnet.ts";
import { controlnet } from "./controlnet.ts";
import { model } from "./model.ts";
import { sinusoidInput } from "./sinusoid-input.ts";

const BATCH = 2;
const SIZE = { height: 32, width: 32 };
const settings = { path: "emoji:controlnet", picture: "emoji:controlnet/example.png" } as const;
const bare = open(model, { unet: { pipeline: emoji } }, { size: SIZE });
const edges = open(controlnet, {}, { ...settings, scale: 0.8 }, "edges");
const plain = open(controlnet, {}, { ...settings, kind: "none", scale: 0.5 }, "plain");

const [height, width] = [SIZE.height / emoji.vaeFactor, SIZE.width / emoji.vaeFactor];
const sample = patternTensor([BATCH, emoji.latentChannels, height, width]);
const context = patternTensor([BATCH, emoji.tokens, emoji.width], 50);
const feeds = { sample, context };
const timestepOf = () => 400;

function predictions(steered: OpenedModel, isNegative: boolean) {
  return (lowering: Lowering) => {
    const point = { sampler: "sampler", offset: 0, sample: given("sample", sample.shape)(lowering), timestepOf };
    const text = { context: given("context", context.shape)(lowering) };
    return {
      out: steered.predict(lowering, isNegative ? { ...point, isNegative: true } : point, text),
    };
  };
}

async function predict(steered: OpenedModel, isNegative = false, inputs = feeds): Promise<FloatTensor | undefined> {
  return (await runLowered(predictions(steered, isNegative), inputs, { batch: BATCH }))["out"];
}

/** Each network in a session of its own, and each image by itself. */
async function separately(
  controls: readonly { readonly kind: "canny" | "none"; readonly strengths: (i: number, count: number) => number }[],
): Promise<FloatTensor> {
  const data: number[] = [];
  for (const image of [0, 1]) {
    const row = ({ shape: [, ...rest], data: all }: FloatTensor) => {
      const length = all.length / BATCH;
      return floatTensor([1, ...rest], all.slice(image * length, (image + 1) * length));
    };
    const common = { sample: row(sample), encoder_hidden_states: row(context) };
    const sums: Record<string, FloatTensor> = {};
    for (const { kind, strengths } of controls) {
      const { network, residuals } = host.controlnet(settings.path, emoji);
      const picture = await host.controlPicture(settings.picture, kind, SIZE)();
      const outputs = await runNetwork(network, {
        ...common,
        controlnet_cond: picture,
        conditioning_scale: floatTensor(
          [residuals + 1],
          Array.from({ length: residuals + 1 }, (_, i) => strengths(i, residuals + 1)),
        ),
      });
      for (const [name, tensor] of Object.entries(outputs)) {
        const input = name.replace("_res_sample", "_additional_residual");
        const before = sums[input];
        sums[input] =
          before === undefined
            ? tensor
            : floatTensor(
                tensor.shape,
                tensor.data.map((n, i) => n + (before.data[i] ?? NaN)),
              );
      }
    }
    const { out_sample: out } = await runNetwork(emoji.unet, { ...common, ...sums });
    data.push(...(out?.data ?? []));
  }
  return floatTensor(sample.shape, data);
}

async function runNetwork(network: typeof emoji.unet, inputs: Record<string, FloatTensor>) {
  const b = new GraphBuilder();
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, b.input(name, "float32", shape)]),
  );
  const point = { sampler: "s", offset: 0, sample: b.scalar(0), timestepOf };
  const { data } = await sinusoid(point);
  const told = b.constant("float32", [1, data.length], [...data]);
  for (const [name, value] of Object.entries(network.build(b, { ...values, timestep_sinusoid: told }))) {
    b.output(name, value);
  }
  return runGraph(b, inputs);
}

async function sinusoid(point: Parameters<typeof sinusoidInput>[1]): Promise<FloatTensor> {
  const { out } = await runLowered(
    (lowering) => ({ out: lowering.b.scale(sinusoidInput(lowering, point, emoji.timeProjection), 2) }),
    {},
  );
  return floatTensor(out?.shape ?? [], out?.data.map((n) => n / 2) ?? []);
}

test("several ControlNets are summed, and one image steers a whole batch", async () => {
  const steered = open(applyControlnet, { model: bare, controls: [edges, plain] }, {});
  const expected = await separately([
    { kind: "canny", strengths: () => 0.8 },
    { kind: "none", strengths: () => 0.5 },
  ]);
  expect(relativeError(await predict(steered), expected)).toBeLessThan(1e-5);
  // One behind the other they add up as well.
  const behind = open(
    applyControlnet,
    { model: open(applyControlnet, { model: bare, controls: [edges] }, {}), controls: [plain] },
    {},
  );
  expect(relativeError(await predict(behind), expected)).toBeLessThan(1e-5);
  expect(relativeError(await predict(bare), expected)).toBeGreaterThan(1e-2);
});

test("in guess mode the negative half goes unsteered, and the other the less the finer the level", async () => {
  const steered = open(applyControlnet, { model: bare, controls: [edges] }, { guess: true });
  const expected = await separately([{ kind: "canny", strengths: (i, count) => 0.8 * 10 ** (i / (count - 1) - 1) }]);
  expect(relativeError(await predict(steered), expected)).toBeLessThan(1e-5);
  expect(relativeError(await predict(steered, true), await predict(bare))).toBe(0);
});

test("the gradient goes through the UNet and the ControlNets to the text", async () => {
  const steered = open(applyControlnet, { model: bare, controls: [edges, plain] }, {});
  const towards = patternTensor(sample.shape, 7);
  const { gradient } = await runLowered(
    (lowering) => {
      const { out } = predictions(steered, false)(lowering);
      const cotangent = lowering.b.constant("float32", towards.shape, [...towards.data]);
      const [found] = appendGradient(lowering.b, [{ value: out, cotangent }], [lowering.b.value("context")]);
      return { gradient: found ?? lowering.b.scalar(NaN) };
    },
    feeds,
    { batch: BATCH },
  );
  const direction = patternTensor(context.shape, 90).data;
  const slope = direction.reduce((sum, n, i) => sum + n * (gradient?.data[i] ?? NaN), 0);
  const STEP = 2e-3;
  const moved = async (change: number) => {
    const data = context.data.map((n, i) => n + change * (direction[i] ?? NaN));
    const out = await predict(steered, false, { sample, context: floatTensor(context.shape, data) });
    return towards.data.reduce((sum, n, i) => sum + n * (out?.data[i] ?? NaN), 0);
  };
  const measured = ((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP);
  expect(Math.abs(slope / measured - 1)).toBeLessThan(1e-2);
});

test("an image that is not there is refused where the model is opened, not when it runs", () => {
  const absent = open(controlnet, {}, { ...settings, picture: "/absent/image.png" });
  expect(() => open(applyControlnet, { model: bare, controls: [absent] }, {})).toThrow(/image\.png/);
});

test("a ControlNet of another UNet is refused by what it adds", () => {
  const foreign = (change: (residuals: Record<string, Value>, b: GraphBuilder) => Record<string, Value>) => () => {
    const lowering = new Lowering({ batch: BATCH, samplerEntry: () => ({ kind: "given" }) });
    const point = { sampler: "sampler", offset: 0, sample: given("sample", sample.shape)(lowering), timestepOf };
    const text = { context: given("context", context.shape)(lowering) };
    const residuals = edges.steer(bare)(lowering, point, text, false);
    bare.predict(lowering, point, text, change({ ...residuals }, lowering.b));
  };
  expect(foreign((residuals) => residuals)).not.toThrow();
  const first = "down_block_additional_residuals.0";
  const fewer = (residuals: Record<string, Value>) =>
    Object.fromEntries(Object.entries(residuals).filter(([name]) => name !== first));
  expect(foreign(fewer)).toThrow(/adds to 3 places of the UNet, which has 4/);
  const narrow = (residuals: Record<string, Value>, b: GraphBuilder) => ({
    ...residuals,
    [first]: b.slice(residuals[first] ?? b.scalar(0), 1, 0, 1),
  });
  expect(foreign(narrow)).toThrow(/adds numbers of 1×8×8 where the UNet has 64×8×8/);
});
