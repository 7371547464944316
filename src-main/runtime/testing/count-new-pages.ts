// A process that runs a graph of 64 MiB results again and again, and prints how many pages the system gave it for all runs after the first.

import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { createGraphSession } from "../graph-session.ts";

const shape = [4096, 4096];
const b = new GraphBuilder();
const x = b.input("x", "float32", shape);
const sums = [1, 2, 3, 4].map((factor) => b.sum(b.exp(b.scale(b.sigmoid(x), factor)), [0, 1]));
b.output("y", b.concat(sums, 0));
const session = await createGraphSession(b.build(), { device: "cpu", stage: "test" });
const feeds = { x: { dtype: "float32", shape, data: new Float32Array(4096 ** 2) } } as const;
await session.run(feeds);
const before = process.resourceUsage().minorPageFault;
for (let run = 0; run < 10; run++) await session.run(feeds);
console.log(process.resourceUsage().minorPageFault - before);
