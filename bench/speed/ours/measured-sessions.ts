// Sessions that add up what their passes compute, and how long passes and loading take, each operator by itself if asked to.

import { join } from "node:path";
import type { DeviceName } from "../../../src-main/common/device.ts";
import { countFlops } from "../../../src-main/compiler/cost.ts";
import { optimize } from "../../../src-main/compiler/passes/optimize.ts";
import { prepareGraph } from "../../../src-main/runtime/graph-session.ts";
import { type Stage, type StagePassed, StageSessions } from "../../../src-main/runtime/stage-sessions.ts";
import type { OperatorTime } from "../job.ts";
import { operatorTimes } from "./operator-times.ts";

export interface MeasuredOptions {
  /** Bytes; absent: what the machine has. */
  readonly budget?: number | undefined;
  /** A folder for what onnxruntime writes of each operator. */
  readonly profile?: string | undefined;
}

export class MeasuredSessions extends StageSessions {
  #passSeconds = 0;
  #loadSeconds = 0;
  readonly #passes = new Map<Stage, number>();
  readonly #flops = new Map<Stage, number>();

  readonly #profile: string | undefined;
  /** How the name of a stage's file begins. */
  readonly #profiles = new Map<Stage, string>();

  constructor(device: DeviceName, { budget, profile }: MeasuredOptions = {}) {
    super(device, undefined, { budget });
    this.#profile = profile;
  }

  /** Since the last `reset`. */
  get passSeconds(): number {
    return this.#passSeconds;
  }

  /** Of all the time. */
  get loadSeconds(): number {
    return this.#loadSeconds;
  }

  reset(): void {
    this.#passSeconds = 0;
    this.#passes.clear();
  }

  /** Floating-point operations of all passes since the last `reset`. */
  countFlops(): number {
    return [...this.#passes].reduce((sum, [stage, passes]) => sum + passes * this.#flopsOf(stage), 0);
  }

  /** Of all passes since the last `reset`; absent where no profile is asked for. To be read once these are released. */
  operatorTimes(): readonly OperatorTime[] | undefined {
    if (this.#profile === undefined) return undefined;
    const sessions = [...this.#passes].map(([stage, passes]) => ({
      profile: this.#profiles.get(stage) ?? "",
      graph: prepareGraph(stage.build(), this.device).graph,
      passes,
    }));
    return operatorTimes(this.#profile, sessions);
  }

  protected override profileOf(stage: Stage): string | undefined {
    if (this.#profile === undefined) return undefined;
    const name = this.#profiles.get(stage) ?? `session-${this.#profiles.size}`;
    this.#profiles.set(stage, name);
    return join(this.#profile, name);
  }

  override async pass(...[stage, feeds]: Parameters<StageSessions["pass"]>): Promise<StagePassed> {
    const outputs = await super.pass(stage, feeds);
    this.#passes.set(stage, (this.#passes.get(stage) ?? 0) + 1);
    return outputs;
  }

  /** What is no session's own, the optimizer's work, counts as time outside. */
  override async measure<Result>(
    stage: Pick<Stage, "name" | "of">,
    kind: "pass" | "load",
    work: () => Promise<Result>,
  ): Promise<Result> {
    const start = performance.now();
    const result = await super.measure(stage, kind, work);
    const seconds = (performance.now() - start) / 1000;
    if (kind === "load") this.#loadSeconds += seconds;
    else if (stage.of?.network !== "optimizer") this.#passSeconds += seconds;
    return result;
  }

  #flopsOf(stage: Stage): number {
    const flops = this.#flops.get(stage) ?? countFlops(optimize(stage.build()));
    this.#flops.set(stage, flops);
    return flops;
  }
}
