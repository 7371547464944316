// Lays out the workflows that come with the program anew, as the editor would: after nodes have changed their sizes, or a workflow its wires.
// node packaging/lay-out-workflows.mjs [NAME…]
// The workflow that opens first is folded by hand into rows that fit into a window: it is laid out only where it is named.
// Says of each how many points of its wires lie behind nodes, before and after; make-template-pictures.mjs then draws them anew.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Elk from "elkjs/lib/elk.bundled.js";
import { parseWorkflow, printWorkflow } from "../src-main/common/workflow-file.ts";
import { layOutWorkflow } from "../src-renderer/canvas/layout/lay-out.ts";
import { countBehind } from "../src-renderer/canvas/layout/wires-behind.ts";

const EXTENSION = ".reneg.json";
const folder = join(import.meta.dirname, "../resources/workflows");
const names = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(EXTENSION))
  .filter((name) => names.length === 0 || names.includes(name.slice(0, -EXTENSION.length)));
const elk = new Elk();
for (const name of files) {
  const file = join(folder, name);
  const { workflow } = parseWorkflow(readFileSync(file, "utf8"), file);
  if (workflow.meta.first === true && names.length === 0) {
    console.log(`${name}: left as it is folded by hand; name it to lay it out`);
    continue;
  }
  const laid = await layOutWorkflow(workflow, Object.keys(workflow.graph.nodes), (graph) => elk.layout(graph));
  writeFileSync(file, printWorkflow(laid));
  console.log(`${name}: ${countBehind(workflow)} points behind nodes before, ${countBehind(laid)} now`);
}
