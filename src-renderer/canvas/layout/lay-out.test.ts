import Elk from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import { moveNodes } from "../../../src-main/common/workflow-edits.ts";
import { parseWorkflow } from "../../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../../state/document-store.ts";
import { type Box, overlap, roomyBoxOf } from "../node-boxes.ts";
import { shapeOf } from "../node-look.ts";
import { layOutWorkflow } from "./lay-out.ts";
import { countBehind } from "./wires-behind.ts";

const FILES = import.meta.glob<string>("../../../resources/workflows/*.reneg.json", {
  query: "?raw",
  import: "default",
  eager: true,
});
const templates = Object.entries(FILES).map(
  ([file, text]) => [file.replace(/.*\//, ""), parseWorkflow(text, file).workflow] as const,
);
const elk = new Elk();
const layOut = (workflow: Workflow, ids = Object.keys(workflow.graph.nodes)): Promise<Workflow> =>
  layOutWorkflow(workflow, ids, (graph) => elk.layout(graph));

/** As high as a run can make it. */
function box(workflow: Workflow, id: string): Box {
  const found = roomyBoxOf(workflow, id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

/** Pairs of nodes and notes that lie on each other, or will when a run has made one of them higher. */
function overlaps(workflow: Workflow): string[] {
  const ids = Object.entries(workflow.graph.nodes).flatMap(([id, node]) => (shapeOf(node) === "group" ? [] : [id]));
  return ids.flatMap((a, i) =>
    ids.slice(i + 1).flatMap((b) => (overlap(box(workflow, a), box(workflow, b)) ? [`${a} and ${b}`] : [])),
  );
}

/** However much they lay about before, they are laid out the same. */
function scattered(workflow: Workflow): Workflow {
  const ids = Object.keys(workflow.graph.nodes);
  const places = ids.map((id, i) => [id, { x: (i * 7919) % 900, y: (i * 104_729) % 700 }] as const);
  return moveNodes(workflow, Object.fromEntries(places));
}

describe("the templates", () => {
  it("are all there", () => {
    expect(templates.length).toBeGreaterThanOrEqual(5);
  });

  it.each(templates)("%s shows no wire behind a node, as it ships and laid out anew", async (_, workflow) => {
    expect(countBehind(workflow)).toBe(0);
    expect(overlaps(workflow)).toEqual([]);
    const laid = await layOut(scattered(workflow));
    expect(countBehind(laid)).toBe(0);
    expect(overlaps(laid)).toEqual([]);
    expect(laid.graph).toEqual(workflow.graph);
  });

  it("hide wires where their nodes lie about, but for those of few nodes", () => {
    const hiding = templates.filter(([, workflow]) => countBehind(scattered(workflow)) > 0);
    expect(hiding.length).toBeGreaterThan(templates.length / 2);
  });

  it("with a group around some of their nodes show none either", async () => {
    const [, workflow] = templates[0] ?? [];
    if (workflow === undefined) throw new Error("no template");
    const grouped = withGroup(workflow, ["unet", "encoder", "cfg"]);
    const laid = await layOut(grouped);
    const frame = box(laid, "frame");
    for (const id of ["unet", "encoder", "cfg"]) {
      const inner = box(laid, id);
      expect(laid.view.nodes[id]?.group).toBe("frame");
      expect(inner.x).toBeGreaterThan(frame.x);
      expect(inner.y).toBeGreaterThan(frame.y + 30);
      expect(inner.x + inner.width).toBeLessThan(frame.x + frame.width);
      expect(inner.y + inner.height).toBeLessThan(frame.y + frame.height);
    }
    const outside = Object.keys(laid.graph.nodes).filter(
      (id) => laid.view.nodes[id]?.group === undefined && id !== "frame",
    );
    expect(outside.filter((id) => overlap(box(laid, id), frame))).toEqual([]);
    expect(countBehind(laid)).toBe(0);
  });
});

describe("a note", () => {
  const node = { type: "sampling/cfg", version: 1, params: {} };
  const note = { type: "canvas/note", version: 1, params: { text: "x" } };
  const workflow: Workflow = {
    ...EMPTY_WORKFLOW,
    graph: {
      nodes: { a: node, b: node, above: note },
      edges: { wire: { from: { node: "a", port: "guided" }, to: { node: "b", port: "model" } } },
    },
    view: {
      nodes: { a: { x: 900, y: 900 }, b: { x: 0, y: 0 }, above: { x: 900, y: 700, width: 200, height: 100 } },
    },
  };

  it("stays on its side of the node that it is nearest to", async () => {
    const laid = await layOut(workflow);
    const [written, its, other] = [box(laid, "above"), box(laid, "a"), box(laid, "b")];
    expect(written.x).toBe(its.x);
    expect(its.y - (written.y + written.height)).toBeGreaterThanOrEqual(20);
    expect(its.y - (written.y + written.height)).toBeLessThanOrEqual(60);
    expect(its.x).toBeLessThan(other.x);
  });

  it("in a group stays with its node in that group, which grows around both", async () => {
    const grouped = withGroup(workflow, ["a", "above"]);
    const laid = await layOut(grouped);
    const [frame, written, its] = [box(laid, "frame"), box(laid, "above"), box(laid, "a")];
    expect(written.x).toBe(its.x);
    expect(written.y).toBeGreaterThan(frame.y);
    expect(its.y + its.height).toBeLessThan(frame.y + frame.height);
  });
});

it("what is not laid out stays where it is", async () => {
  const [, workflow] = templates[0] ?? [];
  if (workflow === undefined) throw new Error("no template");
  const laid = await layOut(workflow, ["reward", "optimizer"]);
  const moved = Object.keys(workflow.view.nodes).filter(
    (id) => JSON.stringify(laid.view.nodes[id]) !== JSON.stringify(workflow.view.nodes[id]),
  );
  expect(["reward", "optimizer"]).toEqual(expect.arrayContaining(moved));
});

function withGroup(workflow: Workflow, ids: readonly string[]): Workflow {
  const frame = { type: "canvas/group", version: 1, params: {} };
  const views = ids.map((id) => [id, { ...workflow.view.nodes[id], x: 30, y: 60, group: "frame" }]);
  const nodes = {
    ...workflow.view.nodes,
    frame: { x: 0, y: 0, width: 400, height: 300 },
    ...Object.fromEntries(views),
  };
  return {
    ...workflow,
    graph: { ...workflow.graph, nodes: { ...workflow.graph.nodes, frame } },
    view: { ...workflow.view, nodes },
  };
}
