import { describe, expect, it } from "vitest";
import { moveNodes, setParam } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import { EMPTY_VIEW } from "../state/view-store.ts";
import { setBends } from "../state/wire-bends.ts";
import { createDerivation } from "./flow-nodes.ts";

const workflow: Workflow = {
  ...EMPTY_WORKFLOW,
  graph: {
    nodes: {
      cfg: { type: "sampling/cfg", version: 1, params: { scale: 7.5 } },
      sampler: { type: "sampling/sampler", version: 1, mode: "muted", params: {} },
      frame: { type: "canvas/group", version: 1, params: {} },
      odd: { type: "of/another-program", version: 1, params: {} },
    },
    edges: { wire: { from: { node: "cfg", port: "guided" }, to: { node: "sampler", port: "guided" } } },
  },
  view: {
    nodes: {
      cfg: { x: 1, y: 2, group: "frame" },
      sampler: { x: 300, y: 0, group: "gone" },
      frame: { x: 0, y: 0, width: 500, height: 300 },
    },
  },
};

describe("nodes of the canvas", () => {
  it("stand where the document says, and where a drag has taken them", () => {
    const derive = createDerivation();
    expect(find(derive.nodes(workflow, EMPTY_VIEW, false), "cfg").position).toEqual({ x: 1, y: 2 });
    const dragged = { ...EMPTY_VIEW, dragged: { cfg: { x: 9, y: 9 } } };
    expect(find(derive.nodes(workflow, dragged, false), "cfg").position).toEqual({ x: 9, y: 9 });
  });

  it("keep their object unless they themselves changed", () => {
    const derive = createDerivation();
    const before = derive.nodes(workflow, EMPTY_VIEW, false);
    const after = derive.nodes(setParam(workflow, "cfg", "scale", 3), EMPTY_VIEW, false);
    expect(find(after, "cfg")).not.toBe(find(before, "cfg"));
    for (const id of ["sampler", "frame", "odd"]) expect(find(after, id)).toBe(find(before, id));
    const moved = derive.nodes(moveNodes(workflow, { odd: { x: 1, y: 1 } }), EMPTY_VIEW, false);
    expect(find(moved, "sampler")).toBe(find(before, "sampler"));
  });

  it("come after the group that they lie in, and lie in none that is not there", () => {
    const nodes = createDerivation().nodes(workflow, EMPTY_VIEW, false);
    const ids = nodes.map(({ id }) => id);
    expect(ids.indexOf("frame")).toBeLessThan(ids.indexOf("cfg"));
    expect(find(nodes, "cfg").parentId).toBe("frame");
    expect(find(nodes, "sampler").parentId).toBeUndefined();
  });

  it("show a type that is not known", () => {
    expect(find(createDerivation().nodes(workflow, EMPTY_VIEW, false), "odd").ariaLabel).toContain(
      "of/another-program",
    );
  });

  it("say which of their ports have a wire", () => {
    const nodes = createDerivation().nodes(workflow, EMPTY_VIEW, false);
    expect(find(nodes, "cfg").data.wired).toBe("o:guided");
    expect(find(nodes, "sampler").data.wired).toBe("i:guided");
    expect(find(nodes, "odd").data.wired).toBe("");
  });
});

describe("wires of the canvas", () => {
  it("have the kind of their output, and are off beside a muted node", () => {
    const [wire] = createDerivation().edges(workflow, new Set(["wire"]));
    expect(wire).toMatchObject({ source: "cfg", target: "sampler", selected: true });
    expect(wire?.data).toEqual({
      kind: "prediction",
      described: "prediction: CFG Guided noise → Sampler Guided noise",
      bends: [],
      isOff: true,
    });
  });

  it("keep their object until they are bent", () => {
    const derive = createDerivation();
    const none = new Set<string>();
    const [before] = derive.edges(workflow, none);
    expect(derive.edges(moveNodes(workflow, { cfg: { x: 5, y: 5 } }), none)[0]).toBe(before);
    const [bent] = derive.edges(setBends(workflow, "wire", [{ x: 5, y: 5 }]), none);
    expect(bent?.data?.bends).toEqual([{ x: 5, y: 5 }]);
  });

  it("are not drawn to a node that is not there", () => {
    const { cfg: _, ...nodes } = workflow.graph.nodes;
    expect(createDerivation().edges({ ...workflow, graph: { ...workflow.graph, nodes } }, new Set())).toEqual([]);
  });
});

function find<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  const found = list.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}
