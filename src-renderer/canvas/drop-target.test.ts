import { describe, expect, test } from "vitest";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { opposite, portKey, type WaitingEnd } from "../state/wire-store.ts";
import { type Aim, dropTarget, type PlacedPort, refusalOfAll } from "./drop-target.ts";
import { portsOf } from "./node-look.ts";

const TYPES = {
  pipeline: "model/pipeline",
  decoder: "sampling/vae-decoder",
  preview: "view/preview",
  combine: "reward/combine",
  "combine-2": "reward/combine",
  reward: "reward/model",
  note: "canvas/note",
};

function workflowWith(edges: Workflow["graph"]["edges"] = {}): Workflow {
  const nodes = Object.fromEntries(Object.entries(TYPES).map(([id, type]) => [id, { type, version: 1, params: {} }]));
  return { ...EMPTY_WORKFLOW, graph: { nodes, edges } };
}

/** Each node 1000 further to the right than the one before, its inputs 20 apart. */
function placed(workflow: Workflow, side: "input" | "output"): PlacedPort[] {
  return Object.entries(workflow.graph.nodes).flatMap(([node, each], column) =>
    Object.keys(portsOf(each, side)).map((port, row) => ({ node, port, at: { x: 1000 * column, y: 20 * row } })),
  );
}

function dropOf(workflow: Workflow, end: WaitingEnd, aim: Partial<Aim>) {
  const side = opposite(end.side);
  const ports = placed(workflow, side);
  const fitting = new Set(
    ports
      .filter((port) => port.node !== end.node && refusalOfAll(workflow, [end], port) === null)
      .map((port) => portKey(port, side)),
  );
  const nowhere = { at: { x: -5000, y: -5000 }, port: null, isDot: false, node: null, reach: 28 };
  return dropTarget(workflow, { ends: [end], fitting }, ports, { ...nowhere, ...aim });
}

const IMAGE: WaitingEnd = { node: "decoder", port: "image", side: "output" };
const SCORE: WaitingEnd = { node: "reward", port: "score", side: "output" };

describe("a wire that is let go", () => {
  test("on a port that fits goes there", () => {
    const port = { node: "preview", port: "image" };
    expect(dropOf(workflowWith(), IMAGE, { port, isDot: true, node: "preview" })).toEqual({ kind: "port", port });
  });

  test("on a dot that does not fit is refused for its reason, whatever else would fit", () => {
    const port = { node: "preview", port: "prompts" };
    const target = dropOf(workflowWith(), IMAGE, { port, isDot: true, node: "preview" });
    expect(target).toMatchObject({ kind: "refused", ...port, refusal: { code: "port-kind" } });
  });

  test("on the label of a port that does not fit goes to the one that does", () => {
    const port = { node: "preview", port: "prompts" };
    const target = dropOf(workflowWith(), IMAGE, { port, node: "preview" });
    expect(target).toEqual({ kind: "port", port: { node: "preview", port: "image" } });
  });

  test("beside a port goes to the nearest that fits", () => {
    const [image] = placed(workflowWith(), "input").filter(({ node }) => node === "preview");
    const at = { x: (image?.at.x ?? 0) - 12, y: (image?.at.y ?? 0) + 15 };
    expect(dropOf(workflowWith(), IMAGE, { at })).toEqual({ kind: "port", port: { node: "preview", port: "image" } });
  });

  test("on a node with one port that fits goes there", () => {
    const target = dropOf(workflowWith(), IMAGE, { node: "reward" });
    expect(target).toEqual({ kind: "port", port: { node: "reward", port: "image" } });
  });

  test("on a node with several asks which, unless only one has no wire yet", () => {
    const inputs = Object.keys(portsOf({ type: TYPES.combine, version: 1, params: {} }, "input"));
    const target = dropOf(workflowWith(), SCORE, { node: "combine" });
    expect(target).toEqual({ kind: "choice", node: "combine", ports: inputs });

    const last = inputs.at(-1) ?? "";
    const taken = Object.fromEntries(
      inputs.slice(0, -1).map((port) => [port, { from: SCORE, to: { node: "combine", port } }]),
    );
    expect(dropOf(workflowWith(taken), SCORE, { node: "combine" })).toEqual({
      kind: "port",
      port: { node: "combine", port: last },
    });
  });

  test("on a node that takes nothing of the kind is refused, and told what to do", () => {
    expect(dropOf(workflowWith(), SCORE, { node: "preview" })).toMatchObject({
      kind: "refused",
      port: null,
      refusal: { message: expect.stringContaining("no input that takes a score") },
    });
  });

  test("on a node that it would close a circle with is refused for that", () => {
    const [first = "", second = ""] = Object.keys(portsOf({ type: TYPES.combine, version: 1, params: {} }, "input"));
    const edges = {
      into: { from: { node: "combine", port: "score" }, to: { node: "combine-2", port: first } },
      other: { from: SCORE, to: { node: "combine", port: second } },
    };
    const end: WaitingEnd = { node: "combine-2", port: "score", side: "output" };
    expect(dropOf(workflowWith(edges), end, { node: "combine" })).toMatchObject({
      kind: "refused",
      refusal: { code: "wire-circle" },
    });
  });

  test("on its own node does nothing", () => {
    expect(dropOf(workflowWith(), IMAGE, { node: "decoder" })).toEqual({ kind: "nothing" });
  });

  test("on a note is let go on the canvas", () => {
    expect(dropOf(workflowWith(), IMAGE, { node: "note" })).toEqual({ kind: "canvas" });
    expect(dropOf(workflowWith(), IMAGE, {})).toEqual({ kind: "canvas" });
  });
});
