// The sessions of a run: each stage is loaded when it is needed and kept while memory lasts, and its results are checked.

import { setImmediate as yieldToEvents } from "node:timers/promises";
import { computesInHalf, type DeviceName, providerOf } from "../common/device.ts";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../common/tensor.ts";
import type { Graph } from "../compiler/graph.ts";
import type { MemoryEstimate } from "../compiler/memory.ts";
import { type DeviceTensor, giveBackTensor } from "./device-tensor.ts";
import { createPreparedSession, type PreparedGraph, prepareGraph } from "./graph-session.ts";
import { memoryBudget } from "./memory-budget.ts";
import { Residency } from "./residency.ts";
import { keepsResults } from "./session-options.ts";
import type { Session, Tensors } from "./session.ts";
import type { StageClock, TimedStage } from "./stage-clock.ts";

export interface Stage {
  /** What the user knows it by: "unet", "vae decoder backwards". */
  readonly name: string;
  readonly build: () => Graph;
  /** Outputs that only other stages read: they stay on a device that keeps results. */
  readonly keeps?: readonly string[];
  /** Whose work it is, so that its time is told. */
  readonly of?: Pick<TimedStage, "network" | "beside" | "work">;
}

export interface StagePassed {
  readonly told: Record<string, FloatTensor>;
  readonly kept: Record<string, DeviceTensor>;
}

export interface SessionOptions {
  /** Bytes: beyond, sessions that are not in use are released, and loaded again when they are needed. */
  readonly budget?: number | undefined;
  /** Hears of every pass and load of stages that say whose work they are. */
  readonly clock?: StageClock | undefined;
  /** Told a stage's name before it is loaded for the first time, and `null` when it is ready. */
  readonly onLoad?: ((stage: string | null) => Promise<void>) | undefined;
}

export class StageSessions {
  readonly device: DeviceName;
  /** Whether what only other stages read can stay where it was computed: a session that is released takes its results along. */
  readonly keepsResults: boolean;
  readonly #sessions = new Map<Stage, { readonly session: Session; readonly memory: MemoryEstimate }>();
  readonly #signal: AbortSignal | undefined;
  readonly #residency: Residency<Stage>;
  readonly #onLoad: SessionOptions["onLoad"];
  readonly #clock: StageClock | undefined;
  readonly #loadedOnce = new Set<Stage>();
  readonly #prepared = new WeakMap<Graph, PreparedGraph>();
  readonly #known = new Map<string, Stage>();

  /** @param signal once aborted, the next stage does not start and `run` throws an AbortError */
  constructor(
    device: DeviceName,
    signal?: AbortSignal,
    { budget = memoryBudget(device), onLoad, clock }: SessionOptions = {},
  ) {
    this.device = device;
    this.#signal = signal;
    this.#onLoad = onLoad;
    this.#clock = clock;
    this.#residency = new Residency(budget);
    this.keepsResults = keepsResults(device) && budget === Infinity;
  }

  /** A graph as a session gets it: what was looked at before it is loaded is made once, and let go when it is loaded. */
  prepare(graph: Graph): PreparedGraph {
    const prepared = this.#prepared.get(graph) ?? prepareGraph(graph, this.device);
    this.#prepared.set(graph, prepared);
    return prepared;
  }

  /** Graphs of one key compute the same, whichever program they are of, and are one stage. */
  stageOf(key: string, make: () => Stage): Stage {
    const stage = this.#known.get(key) ?? make();
    this.#known.set(key, stage);
    return stage;
  }

  /** @throws Refusal naming the stage if onnxruntime fails or a result is NaN or infinite */
  async run(stage: Stage, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>> {
    const outputs = await this.runShaped(stage, feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
  }

  /** As `run`, with the shapes of the results. */
  async runShaped(stage: Stage, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, FloatTensor>> {
    return (await this.pass(stage, feeds)).told;
  }

  /** As `runShaped`, for a stage that keeps results on the device: to be given back before these sessions are released. */
  async pass(stage: Stage, feeds: Tensors): Promise<StagePassed> {
    // A run blocks the event loop: here requests to cancel come in.
    await yieldToEvents();
    this.#signal?.throwIfAborted();
    const session = await this.#open(stage);
    const { told, kept } = await this.measure(stage, "pass", () => session.pass(feeds));
    try {
      const checked = Object.entries(told).map(([name, tensor]) => [
        name,
        floatTensor(tensor.shape, finite(this.device, stage, name, tensor)),
      ]);
      return { told: Object.fromEntries(checked), kept };
    } catch (error) {
      Object.values(kept).forEach(giveBackTensor);
      throw error;
    }
  }

  /** Work beside the sessions' own, such as the optimizer's, counts in the same way. */
  measure<Result>(
    { name, of }: Pick<Stage, "name" | "of">,
    kind: "pass" | "load",
    work: () => Promise<Result>,
  ): Promise<Result> {
    return this.#clock === undefined || of === undefined ? work() : this.#clock.measure({ name, ...of }, kind, work);
  }

  /** See `SessionOptions.profile` of a session. */
  protected profileOf(_stage: Stage): string | undefined {
    return undefined;
  }

  /** All of them; what is needed again is loaded again. */
  async release(): Promise<void> {
    await this.#clock?.end();
    for (const stage of this.#sessions.keys()) {
      await this.#release(stage);
      this.#residency.forget(stage);
    }
  }

  async #open(stage: Stage): Promise<Session> {
    const known = this.#sessions.get(stage);
    if (known !== undefined) {
      await this.#makeRoom(stage, known.memory);
      return known.session;
    }
    const isFirst = !this.#loadedOnce.has(stage);
    if (isFirst) await this.#onLoad?.(stage.name);
    const session = await this.measure(stage, "load", () => this.#load(stage));
    if (isFirst) await this.#onLoad?.(null);
    this.#loadedOnce.add(stage);
    return session;
  }

  async #load(stage: Stage): Promise<Session> {
    const graph = stage.build();
    const prepared = this.prepare(graph);
    this.#prepared.delete(graph);
    const { memory } = prepared;
    await this.#makeRoom(stage, memory);
    const { name, keeps = [] } = stage;
    const profile = this.profileOf(stage);
    const session = await createPreparedSession(prepared, { device: this.device, stage: name, keeps, profile });
    this.#sessions.set(stage, { session, memory });
    return session;
  }

  async #makeRoom(stage: Stage, memory: MemoryEstimate): Promise<void> {
    for (const idle of this.#residency.admit(stage, memory)) await this.#release(idle);
  }

  async #release(stage: Stage): Promise<void> {
    await this.#sessions.get(stage)?.session.release();
    this.#sessions.delete(stage);
  }
}

function finite(device: DeviceName, stage: Stage, output: string, tensor: Tensor): Float32Array {
  if (tensor.dtype !== "float32") throw new Error(`${stage.name} gives ${output} as ${tensor.dtype}`);
  const bad = firstNotFinite(tensor.data);
  if (bad === -1) return tensor.data;
  return refuse({
    code: "not-finite",
    at: { stage: stage.name, part: output },
    message: `element ${bad} of ${tensor.data.length} is ${tensor.data[bad]}`,
    ...helpOf(device),
    action: "choose device",
  });
}

function helpOf(device: DeviceName): Pick<Diagnostic, "help" | "command"> {
  if (computesInHalf(device)) {
    const provider = providerOf(device);
    return {
      help: `half floats go to 65504, which some networks exceed: run it on ${provider}, which computes in float32`,
      command: `\`--device ${provider}\``,
    };
  }
  return {
    help: "lower the learning rate or the guidance, or clip the gradient; on a GPU try the processor, to see whether the device is at fault",
    command: "`--device cpu`",
  };
}

/** A call for each of the millions of numbers that parts of a network hand on would take longer than some networks. */
function firstNotFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}
