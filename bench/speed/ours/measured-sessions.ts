// Sessions that add up what their passes compute, and how long passes and loading take.

import { countFlops } from "../../../src-main/compiler/cost.ts";
import { optimize } from "../../../src-main/compiler/passes/optimize.ts";
import { type Stage, type StagePassed, StageSessions } from "../../../src-main/runtime/stage-sessions.ts";

export class MeasuredSessions extends StageSessions {
  #passSeconds = 0;
  #loadSeconds = 0;
  readonly #passes = new Map<Stage, number>();
  readonly #flops = new Map<Stage, number>();

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
