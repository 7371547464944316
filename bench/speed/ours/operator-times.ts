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
    // A session that was released to make room for another has written a file each time; their names end with the time.
    const own = files.filter((file) => file.startsWith(`${profile}_`)).map((file) => join(folder, file));
    for (const { args, dur } of lastRuns(own.toSorted(), passes)) {
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

/** The operators of the last runs. @param files in the order in which they were written */
function lastRuns(files: readonly string[], runs: number): readonly ProfileEvent[] {
  const operators: ProfileEvent[] = [];
  let missing = runs;
  for (const file of files.toReversed()) {
    if (missing === 0) break;
    const events = z.array(event).parse(JSON.parse(readFileSync(file, "utf8")));
    const begins = events
      .filter(({ cat, name }) => cat === "Session" && name === "model_run")
      .map(({ ts }) => ts)
      .toSorted((a, b) => b - a)
      .slice(0, missing);
    const first = begins.at(-1) ?? Infinity;
    operators.push(
      ...events.filter(({ cat, name, ts }) => cat === "Node" && name.endsWith("_kernel_time") && ts >= first),
    );
    missing -= begins.length;
  }
  if (missing > 0) throw new Error(`${files.join(", ")} have ${missing} runs fewer than ${runs}`);
  return operators;
}

function flopsByOperator(graph: Graph): ReadonlyMap<string, number> {
  const ops = new Set(graph.nodes.map(({ op }) => op));
  const only = (op: string): Graph => ({ ...graph, nodes: graph.nodes.filter((node) => node.op === op) });
  return new Map([...ops].map((op) => [op, countFlops(only(op))]));
}
