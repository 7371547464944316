// TensorFlow.js, with the fastest backend that works here: it does the optimizer's arithmetic.

import * as tf from "@tensorflow/tfjs-core";
import type { TensorflowReport } from "../common/doctor-report.ts";

export interface Tensorflow {
  /** Ready, with its backend chosen. */
  readonly tf: typeof tf;
  readonly report: TensorflowReport;
}

/** Native bindings are used where the user has installed one; both register the backend `tensorflow`. */
const NATIVE_BINDINGS = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

let loading: Promise<Tensorflow> | null = null;

/** Loads it once for the whole process. */
export function loadTensorflow(): Promise<Tensorflow> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tensorflow> {
  // Without it the first operation prints an advertisement for the native binding.
  tf.enableProdMode();
  const failures: string[] = [];
  for (const binding of NATIVE_BINDINGS) {
    const failure = await tryNative(binding);
    if (failure === null) return { tf, report: { binding, version: tf.version_core, why: "installed, and it works" } };
    failures.push(`${binding} ${failure}`);
  }
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  const why = `${failures.join("; ")}. The optimizer has so little to do that its speed does not matter`;
  return { tf, report: { binding: "@tensorflow/tfjs-backend-cpu", version: tf.version_core, why } };
}

/** `null` when it works, or else why not. */
async function tryNative(binding: (typeof NATIVE_BINDINGS)[number]): Promise<string | null> {
  try {
    // Not a literal in the import, so that types and bundlers do not ask for a package that may be absent.
    await import(binding);
    await tf.setBackend("tensorflow");
    const variable = tf.variable(tf.scalar(1));
    tf.train.adam(0.5).applyGradients([{ name: variable.name, tensor: tf.scalar(1) }]);
    const [value] = await variable.data();
    variable.dispose();
    // The first step of Adam is the learning rate itself.
    return Math.abs((value ?? 0) - 0.5) < 1e-3 ? null : `computes a wrong step: ${value} instead of 0.5`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return "is not installed";
    return `does not work: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`;
  }
}
