// The optimizers of TensorFlow.js as a pure function: gradient and state in, direction and state out.

import type { Optimizer, Variable } from "@tensorflow/tfjs-core";
import type { OptimizerName } from "../common/program/update.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { loadTensorflow, type Tensorflow } from "./tensorflow.ts";

/** What an optimizer remembers between steps, by TensorFlow's names; scalars have the shape []. */
export type OptimizerState = Readonly<Record<string, FloatTensor>>;

export interface OptimizerStep {
  /** What to add to the parameter, times the learning rate. */
  readonly direction: Float32Array;
  readonly state: OptimizerState;
}

type Api = Tensorflow["tf"];
type NamedTensor = Awaited<ReturnType<Optimizer["getWeights"]>>[number];

// AdamW is Adam with the decay applied beside it (Loshchilov & Hutter 2019, arXiv:1711.05101), which the training loop does.
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }; // as in PyTorch
const MOMENTUM = 0.9;
const RMSPROP = { decay: 0.99, momentum: 0, epsilon: 1e-8 }; // as in PyTorch

/** All at learning rate 1: each step is linear in the rate, so that a schedule can scale the direction from outside. */
const optimizers: { readonly [O in OptimizerName]: (tf: Api) => Optimizer } = {
  adamw: (tf) => tf.train.adam(1, ADAM.beta1, ADAM.beta2, ADAM.epsilon),
  sgd: (tf) => tf.train.sgd(1),
  momentum: (tf) => tf.train.momentum(1, MOMENTUM),
  adagrad: (tf) => tf.train.adagrad(1),
  rmsprop: (tf) => tf.train.rmsprop(1, RMSPROP.decay, RMSPROP.momentum, RMSPROP.epsilon),
  adamax: (tf) => tf.train.adamax(1, ADAM.beta1, ADAM.beta2, ADAM.epsilon),
};

/** How many numbers each remembers of each number that it changes. */
export const REMEMBERED: { readonly [O in OptimizerName]: number } = {
  adamw: 2,
  sgd: 0,
  momentum: 1,
  adagrad: 1,
  rmsprop: 2,
  adamax: 2,
};

/** The variable that takes the place of the parameter: it starts at 0, so that after the step it is the direction. */
const NAME = "direction";

/**
 * The state goes through plain numbers at every step, so that a resumed run cannot differ from an unbroken one.
 * @param state of the step before; `null` at the first
 */
export async function optimizerStep(
  name: OptimizerName,
  gradient: FloatTensor,
  state: OptimizerState | null,
): Promise<OptimizerStep> {
  const { tf } = await loadTensorflow();
  const memory = memoryOf(optimizers[name](tf));
  const shape = [...gradient.shape];
  const direction = tf.variable(tf.zeros(shape), true, NAME);
  const slope = tf.tensor(gradient.data, shape, "float32");
  try {
    if (state !== null) await memory.restore(tf, state);
    memory.optimizer.applyGradients([{ name: NAME, tensor: slope }]);
    const data = Float32Array.from(await direction.data());
    return { direction: data, state: await memory.save() };
  } finally {
    memory.optimizer.dispose();
    tf.dispose([direction, slope]);
  }
}

interface Memory {
  readonly optimizer: Optimizer;
  readonly save: () => Promise<OptimizerState>;
  readonly restore: (tf: Api, state: OptimizerState) => Promise<void>;
}

function memoryOf(optimizer: Optimizer): Memory {
  const hidden = hiddenMemory(optimizer);
  if (hidden !== null) return hidden;
  return {
    optimizer,
    // TensorFlow tells the tensors apart by their order, which a file does not keep: so it goes into the names.
    save: async () => {
      const weights = await optimizer.getWeights();
      return readAll(weights.map(({ name, tensor }, i) => ({ name: `${i}.${name}`, tensor })));
    },
    restore: async (tf, state) => {
      const ordered = Object.entries(state).toSorted(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
      const named = ordered.map(([name, { shape, data }]): NamedTensor => {
        return { name, tensor: tf.tensor(data, [...shape], "float32") };
      });
      await optimizer.setWeights(named);
    },
  };
}

/** Adamax keeps these, but its getWeights and setWeights are not written (TensorFlow.js 4.22). */
interface AdamaxFields {
  readonly accBeta1: Variable;
  readonly iteration: Variable;
  accumulatedFirstMoment: { originalName: string; variable: Variable }[];
  accumulatedWeightedInfNorm: { originalName: string; variable: Variable }[];
}

function hiddenMemory(optimizer: Optimizer): Memory | null {
  if (!("accumulatedWeightedInfNorm" in optimizer)) return null;
  // Private in the type, plain fields at run time; their names are those of the pinned version.
  const fields = optimizer as unknown as AdamaxFields;
  const moments = { m: "accumulatedFirstMoment", v: "accumulatedWeightedInfNorm" } as const;
  return {
    optimizer,
    save: () =>
      readAll([
        { name: "accBeta1", tensor: fields.accBeta1 },
        { name: "iteration", tensor: fields.iteration },
        ...Object.entries(moments).flatMap(([name, field]) =>
          fields[field].map(({ variable }) => ({ name, tensor: variable })),
        ),
      ]),
    restore: async (tf, state) => {
      const numbers = (name: string): FloatTensor => {
        const tensor = state[name];
        if (tensor === undefined) throw new Error(`the optimizer's state has no ${name}`);
        return tensor;
      };
      const tensor = ({ shape, data }: FloatTensor) => tf.tensor(data, [...shape], "float32");
      fields.accBeta1.assign(tensor(numbers("accBeta1")));
      fields.iteration.assign(tensor(numbers("iteration")));
      for (const [name, field] of Object.entries(moments)) {
        fields[field] = [{ originalName: `${NAME}/${name}`, variable: tf.variable(tensor(numbers(name)), false) }];
      }
    },
  };
}

async function readAll(tensors: readonly NamedTensor[]): Promise<OptimizerState> {
  const entries = tensors.map(async ({ name, tensor }) => {
    return [name, floatTensor(tensor.shape, Float32Array.from(await tensor.data()))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
