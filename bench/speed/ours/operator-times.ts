// What each kind of operator took, from the files that onnxruntime's profiler writes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { countFlops } from "../../../src-main/compiler/cost.ts";
import type { Graph } from "../../../src-main/compiler/graph.ts";
import type { OperatorTime } from "../job.ts";

/** Times are in microseconds since the session was made. */
const event = z.object({
  cat: z.string(),
  name: z.string(),
  ts: z.number().default(0),
  dur: z.number().default(0),
  args: z.object({ op_name: z.string().optional() }).default({}),
});
type ProfileEvent = z.output<typeof event>;

export interface ProfiledSession {
  /** How the name of its file begins. */
  readonly profile: string;
  /** As the session has got it. */
  readonly graph: Graph;
  /** How often it ran in the time that counts, which is the last. */
  readonly passes: number;
}

/** By kind, those that took longest first. @param folder with a file for each session, all of which are released */
export function operatorTimes(folder: string, sessions: readonly ProfiledSession[]): readonly OperatorTime[] {
  const files = readdirSync(folder);
  const times = new Map<string, OperatorTime>();
  for (const { profile, graph, passes } of sessions) {
    const events = files
      .filter((file) => file.startsWith(`${profile}_`))
      .flatMap((file) => readEvents(join(folder, file), passes));
    for (const { args, dur } of events) {
      const operator = args.op_name ?? "unknown";
      const known = times.get(operator);
      times.set(operator, {
        operator,
        count: (known?.count ?? 0) + 1,
        seconds: (known?.seconds ?? 0) + dur / 1e6,
        flops: known?.flops ?? 0,
      });
    }
    for (const [operator, flops] of flopsByOperator(graph)) {
      const known = times.get(operator);
      if (known !== undefined) times.set(operator, { ...known, flops: known.flops + passes * flops });
    }
  }
  return [...times.values()].toSorted((a, b) => b.seconds - a.seconds);
}

/** The operators of the last runs. */
function readEvents(file: string, runs: number): readonly ProfileEvent[] {
  const events = z.array(event).parse(JSON.parse(readFileSync(file, "utf8")));
  const begin = events
    .filter(({ cat, name }) => cat === "Session" && name === "model_run")
    .map(({ ts }) => ts)
    .toSorted((a, b) => a - b)
    .at(-runs);
  if (begin === undefined) throw new Error(`${file} has fewer than ${runs} runs`);
  return events.filter(({ cat, name, ts }) => cat === "Node" && name.endsWith("_kernel_time") && ts >= begin);
}

function flopsByOperator(graph: Graph): ReadonlyMap<string, number> {
  const ops = new Set(graph.nodes.map(({ op }) => op));
  const only = (op: string): Graph => ({ ...graph, nodes: graph.nodes.filter((node) => node.op === op) });
  return new Map([...ops].map((op) => [op, countFlops(only(op))]));
}
