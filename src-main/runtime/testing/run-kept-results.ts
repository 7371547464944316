// A program of its own, since a driver that is broken may take its process along: a result that stays on a device, read there by another
// session, and one that is not finite. Prints what came of it as JSON. Argument: the device.

import { deviceName } from "../../common/device.ts";
import { Refusal } from "../../common/diagnostic.ts";
import { floatTensor } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { tellSums } from "../../compiler/tell-sums.ts";
import { giveBackTensor } from "../device-tensor.ts";
import { type Stage, StageSessions } from "../stage-sessions.ts";

const sessions = new StageSessions(deviceName.parse(process.argv[2]));
const keeps = ["y"];
const doubled = stage("doubled", (b, x) => b.scale(x, 2), keeps);
const squared = stage("squared", (b, x) => b.mul(x, x));

const first = await sessions.pass(doubled, { x: floatTensor([2], [1, 3]) });
const second = await sessions.pass(squared, { x: first.kept["y"] ?? floatTensor([2], [0, 0]) });
Object.values(first.kept).forEach(giveBackTensor);
const fault = await sessions.pass(doubled, { x: floatTensor([2], [1, 3e38]) }).then(
  () => null,
  (error: unknown) => (error instanceof Refusal ? (error.diagnostics[0]?.at ?? null) : String(error)),
);
await sessions.release();
const told = Object.keys(first.told);
console.log(
  JSON.stringify({ keepsResults: sessions.keepsResults, told, y: [...(second.told["y"]?.data ?? [])], fault }),
);

function stage(name: string, compute: (b: GraphBuilder, x: Value) => Value, kept: readonly string[] = []): Stage {
  const b = new GraphBuilder();
  b.output("y", compute(b, b.input("x", "float32", [2])));
  const graph = tellSums(b.build(), kept);
  return { name, build: () => graph, keeps: kept };
}
