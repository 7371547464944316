import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { anywhere, end, newNode, template } from "../../nodes/testing/templates.ts";
import { applyChanges, changesBetween, invertChanges, type WorkflowChange } from "./workflow-changes.ts";
import {
  addNode,
  connect,
  copyNodes,
  disconnect,
  exchange,
  freeId,
  idsBeside,
  moveNodes,
  paste,
  removeNodes,
  setMode,
  setParam,
} from "./workflow-edits.ts";
import { sortedIds, type Workflow } from "./workflow.ts";

const emoji = template("learn-emoji");

/** Ends of all wires, sorted: their ids aside. */
function wires({ graph }: Workflow): string[] {
  return Object.values(graph.edges)
    .map(({ from, to }) => `${from.node}.${from.port} → ${to.node}.${to.port}`)
    .toSorted();
}

test("a removed node takes its wires and its place with it, in one step", () => {
  const without = removeNodes(emoji, ["cfg", "preview"]);
  expect(Object.keys(without.graph.nodes)).not.toContain("cfg");
  expect(Object.keys(without.view.nodes)).not.toContain("preview");
  expect(wires(emoji).filter((wire) => !/\b(cfg|preview)\./.test(wire))).toEqual(wires(without));
});

test("a node that leaves a removed group stays where it is on the canvas", () => {
  const grouped = addNode(emoji, "group", newNode("canvas/group"), { x: 100, y: 50 });
  const inside = addNode(grouped, "n", newNode("canvas/note"), { x: 10, y: 20, group: "group" });
  expect(removeNodes(inside, ["group"]).view.nodes["n"]).toEqual({ x: 110, y: 70 });
  expect(removeNodes(inside, ["group", "n"]).view.nodes).toEqual(emoji.view.nodes);
});

test("a new wire takes the place of the old one at an input that holds one, and joins it at one that holds many", () => {
  const other = addNode(emoji, "cfg-2", newNode("sampling/cfg"), anywhere);
  const one = connect(other, end("cfg-2.guided"), end("sampler.guided"), nodeTypes);
  expect(wires(one).filter((wire) => wire.endsWith("sampler.guided"))).toEqual(["cfg-2.guided → sampler.guided"]);
  const many = connect(emoji, end("reward.score"), end("optimizer.watched"), nodeTypes);
  expect(wires(many).filter((wire) => wire.endsWith("optimizer.watched"))).toHaveLength(2);
  expect(connect(many, end("reward.score"), end("optimizer.watched"), nodeTypes)).toBe(many);
});

test("wires that are exchanged feed their input in the other order", () => {
  const order = (workflow: Workflow): string[] =>
    sortedIds(workflow.graph.edges).flatMap((id) => {
      const wire = workflow.graph.edges[id];
      return wire?.to.port === "watched" ? [wire.from.node] : [];
    });
  const both = connect(emoji, end("reward.score"), end("optimizer.watched"), nodeTypes);
  const [first = "", second = ""] = sortedIds(both.graph.edges).filter(
    (id) => both.graph.edges[id]?.to.port === "watched",
  );
  const exchanged = exchange(both, first, second);
  expect(order(exchanged)).toEqual(order(both).toReversed());
  expect(wires(exchanged)).toEqual(wires(both));
});

test("an edit shares everything that it did not change", () => {
  const edited = setParam(emoji, "cfg", "scale", 5);
  expect(edited.graph.nodes["cfg"]?.params).toEqual({ scale: 5 });
  expect(emoji.graph.nodes["cfg"]?.params).toEqual({ scale: 2 });
  expect(edited.graph.nodes["unet"]).toBe(emoji.graph.nodes["unet"]);
  expect(edited.graph.edges["cfg-model"]).toBe(emoji.graph.edges["cfg-model"]);
});

test("a pasted part gets new ids, keeps its inner wires and leaves the outer ones", () => {
  const { workflow, nodes } = paste(emoji, copyNodes(emoji, ["cfg", "sampler", "reward"]), { x: 5, y: 7 });
  expect([...nodes]).toEqual([
    ["cfg", "cfg-2"],
    ["sampler", "sampler-2"],
    ["reward", "reward-2"],
  ]);
  expect(wires(workflow).filter((wire) => !wires(emoji).includes(wire))).toEqual(["cfg-2.guided → sampler-2.guided"]);
  const { x, y } = emoji.view.nodes["cfg"] ?? anywhere;
  expect(workflow.view.nodes["cfg-2"]).toEqual({ x: x + 5, y: y + 7 });
});

test("a pasted group keeps its nodes inside", () => {
  const grouped = addNode(emoji, "group", newNode("canvas/group"), { x: 100, y: 50 });
  const inside = addNode(grouped, "n", newNode("canvas/note"), { x: 10, y: 20, group: "group" });
  const { workflow } = paste(inside, copyNodes(inside, ["group", "n"]), { x: 1, y: 1 });
  expect(workflow.view.nodes["group-2"]).toEqual({ x: 101, y: 51 });
  expect(workflow.view.nodes["n-2"]).toEqual({ x: 10, y: 20, group: "group-2" });
});

test("a free id is the name, then the name with the first free number", () => {
  expect(freeId({}, "reward/model")).toBe("model");
  expect(freeId({ cfg: 1, "cfg-2": 1 }, "cfg-7")).toBe("cfg-3");
  expect(freeId({}, "constructor")).toBe("constructor");
});

test("of many free ids none is given twice, and no number is tried twice", () => {
  const free = idsBeside({ cfg: 1, "cfg-3": 1 });
  expect(["cfg", "cfg-2", "reward/model", "cfg-9"].map(free)).toEqual(["cfg-2", "cfg-4", "model", "cfg-5"]);
  const began = performance.now();
  expect(new Set(Array.from({ length: 50_000 }, () => free("cfg"))).size).toBe(50_000);
  expect(performance.now() - began).toBeLessThan(4000);
});

/** The same sequence at each run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomEdit(workflow: Workflow, draw: (below: number) => number, turn: number): Workflow {
  const ids = Object.keys(workflow.graph.nodes);
  const pick = (): string => ids[draw(ids.length)] ?? "cfg";
  const edges = Object.keys(workflow.graph.edges);
  const types = [...nodeTypes.values()];
  const edits: readonly (() => Workflow)[] = [
    () =>
      addNode(workflow, freeId(workflow.graph.nodes, "new"), newNode(types[draw(types.length)]?.type ?? ""), {
        x: turn,
        y: 0,
      }),
    () => removeNodes(workflow, [pick(), pick()]),
    () => connect(workflow, { node: pick(), port: "a" }, { node: pick(), port: "b" }, nodeTypes),
    () => disconnect(workflow, edges.slice(0, 1)),
    () => setParam(workflow, pick(), "scale", turn),
    () => moveNodes(workflow, { [pick()]: { x: turn, y: -turn } }),
    () => setMode(workflow, [pick()], draw(2) === 0 ? "muted" : undefined),
    () => paste(workflow, copyNodes(workflow, [pick(), pick()]), { x: 10, y: 10 }).workflow,
    () => ({ ...workflow, meta: { name: `turn ${turn}` } }),
  ];
  return edits[draw(edits.length)]?.() ?? workflow;
}

test.each([1, 2, 3, 4, 5])(
  "60 random edits are undone to the start and redone to the end, through JSON (seed %i)",
  (seed) => {
    const draw = randomNumbers(seed);
    let workflow = emoji;
    const history: WorkflowChange[][] = [];
    for (let turn = 0; turn < 60; turn++) {
      const next = Object.keys(workflow.graph.nodes).length < 3 ? emoji : randomEdit(workflow, draw, turn);
      history.push(JSON.parse(JSON.stringify(changesBetween(workflow, next))));
      workflow = next;
    }
    expect(history.filter((changes) => changes.length > 0).length).toBeGreaterThan(30);
    const undone = history
      .toReversed()
      .reduce((state, changes) => applyChanges(state, invertChanges(changes)), workflow);
    expect(undone).toEqual(emoji);
    expect(history.reduce((state, changes) => applyChanges(state, changes), undone)).toEqual(workflow);
  },
);

test("WF-9: one moved node is one change, however large the workflow", () => {
  const moved = moveNodes(emoji, { cfg: { x: 1, y: 2 } });
  expect(changesBetween(emoji, moved)).toMatchObject([{ record: "view.nodes", id: "cfg", after: { x: 1, y: 2 } }]);
});
