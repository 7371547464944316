// A network that is ready to run on a device.

import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { Tensor } from "../common/tensor.ts";
import type { DeviceTensor } from "./device-tensor.ts";
import { InferenceSession, readFault } from "./onnxruntime.ts";
import { onnxruntimeOptions, type SessionOptions } from "./session-options.ts";
import { fromOrt, toOrt } from "./tensor-conversion.ts";

export type Tensors = Readonly<Record<string, Tensor | DeviceTensor>>;

export interface Passed {
  /** Outputs by name. */
  readonly told: Record<string, Tensor>;
  /** Those that stay on the device. */
  readonly kept: Record<string, DeviceTensor>;
}

export interface Session {
  /** Inputs by name to outputs by name, of a session that keeps none. Blocks the event loop while it runs. */
  readonly run: (feeds: Tensors) => Promise<Record<string, Tensor>>;
  /** As `run`, of any session. */
  readonly pass: (feeds: Tensors) => Promise<Passed>;
  /** Gives the memory back; the session cannot run afterwards. */
  readonly release: () => Promise<void>;
}

/**
 * @param model ONNX protobuf; its external weights are byte ranges of files under `weightsRoot`.
 * Refuses with `session-failed` what onnxruntime cannot load, and with `run-failed` what fails while it runs.
 */
export async function createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  const { device, stage } = options;
  const session = await InferenceSession.create(model, onnxruntimeOptions(options)).catch((error: unknown) =>
    refuse({
      code: "session-failed",
      at: { stage },
      message: `the network cannot be prepared for the device ${device}: ${readFault(error)}`,
      ...help(device),
    }),
  );
  const pass = async (feeds: Tensors): Promise<Passed> => {
    const ortFeeds = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]));
    const results = await session.run(ortFeeds).catch((error: unknown) =>
      refuse({
        code: "run-failed",
        at: { stage },
        message: `the network failed on the device ${device}: ${readFault(error)}`,
        ...help(device),
      }),
    );
    const told: Record<string, Tensor> = {};
    const kept: Record<string, DeviceTensor> = {};
    for (const [name, value] of Object.entries(results)) {
      if (value.location === "gpu-buffer") kept[name] = { onDevice: value };
      else told[name] = fromOrt(name, value);
    }
    return { told, kept };
  };
  return {
    run: async (feeds) => (await pass(feeds)).told,
    pass,
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

function help(device: SessionOptions["device"]): Pick<Diagnostic, "help" | "command" | "action"> {
  if (device === "cpu") return {};
  return {
    help: "run it on the processor, or look at which devices work here",
    command: "`--device cpu`, `reneg doctor`",
    action: "choose device",
  };
}
