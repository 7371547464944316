import { describe, expect, it } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import {
  addNode,
  connect,
  disconnect,
  freeId,
  moveNodes,
  removeNodes,
  setMode,
  setParam,
} from "../../src-main/common/workflow-edits.ts";
import { defaultParams } from "../../src-main/common/workflow-params.ts";
import { sortedIds, type Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "./document-store.ts";
import { createHistory, goTo, type History, record, redo, seal, stateOf, touchedNodes, undo } from "./history.ts";
import { setBends } from "./wire-bends.ts";

const NOTHING = { nodes: [], edges: [] };
const LATER = 10_000;
const FIRST = createHistory(EMPTY_WORKFLOW);

describe("a history of random commands", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`leads back to the first state and forth to the last, and to each in between (seed ${seed})`, () => {
      const draw = generator(seed);
      let history = createHistory(EMPTY_WORKFLOW);
      const states: Workflow[] = [history.present];
      while (states.length < 120) {
        const before = history.past.length;
        history = act(history, randomEdit(history.present, draw), states.length * LATER);
        if (history.past.length > before) states.push(history.present);
      }
      const last = history;
      expect(goTo(last, 0).present).toEqual(EMPTY_WORKFLOW);
      expect(goTo(goTo(last, 0), states.length).present).toEqual(last.present);
      for (let count = 0; count < states.length; count += 7) expect(goTo(last, count).present).toEqual(states[count]);
    });

    it(`is the same after any walk through undo and redo (seed ${seed})`, () => {
      const draw = generator(seed);
      let history = createHistory(EMPTY_WORKFLOW);
      for (let i = 0; i < 40; i++) history = act(history, randomEdit(history.present, draw), i * LATER);
      const last = history;
      for (let i = 0; i < 200; i++) history = draw() < 0.5 ? undo(history) : redo(history);
      expect(goTo(history, last.past.length).present).toEqual(last.present);
    });
  }
});

describe("steps of one key", () => {
  it("are one step while they follow each other closely", () => {
    const typed = typing(started(), ["a", "ab", "abc"], 100);
    expect(typed.past).toHaveLength(2);
    expect(undo(typed).present).toEqual(started().present);
  });

  it("are two steps after a pause", () => {
    expect(typing(started(), ["a", "ab"], 1000).past).toHaveLength(3);
  });

  it("are two steps once the first is sealed", () => {
    const sealed = seal(typing(started(), ["a"], 100));
    expect(typing(sealed, ["ab"], 100).past).toHaveLength(3);
  });

  it("leave none when they end where they began", () => {
    expect(typing(started(), ["a", "note"], 100).past).toHaveLength(1);
  });

  it("are not continued after an undo", () => {
    const again = typing(redo(undo(typing(started(), ["a"], 100))), ["ab"], 100);
    expect(again.past).toHaveLength(3);
  });
});

describe("a history", () => {
  it("keeps the last 200 steps and no more", () => {
    let history = started();
    for (let i = 0; i < 250; i++)
      history = act(history, (now) => moveNodes(now, { note: { x: i + 1, y: 0 } }), i * LATER);
    expect(history.past).toHaveLength(200);
    expect(goTo(history, 0).present.view.nodes["note"]?.x).toBe(50);
  });

  it("takes no step for an edit that changes nothing", () => {
    const history = started();
    expect(act(history, (now) => ({ ...now }), LATER)).toBe(history);
  });

  it("forgets what was undone as soon as something else is done", () => {
    const other = act(undo(started()), (now) => now, LATER);
    expect(other.future).toHaveLength(1);
    expect(act(other, randomEdit(other.present, generator(1)), LATER).future).toHaveLength(0);
  });

  it("selects again what was selected, and names the nodes that a step touches", () => {
    const step = started().past[0];
    expect(step?.label).toBe("Edit");
    expect(step && touchedNodes(step, started().present)).toEqual(["note"]);
    expect(step && touchedNodes(step, EMPTY_WORKFLOW)).toEqual([]);
  });
});

describe("the mark of a saved state", () => {
  it("is met again by undo and redo", () => {
    const saved = started();
    const changed = typing(saved, ["a"], 100);
    expect(stateOf(changed)).not.toBe(stateOf(saved));
    expect(stateOf(undo(changed))).toBe(stateOf(saved));
    expect(stateOf(redo(undo(changed)))).toBe(stateOf(changed));
  });

  it("is never met once another step took the place of the saved one", () => {
    const saved = typing(started(), ["a"], 100);
    const other = typing(undo(saved), ["a"], 100);
    expect(other.present).toEqual(saved.present);
    expect(stateOf(other)).not.toBe(stateOf(saved));
  });

  it("of the first state is not met when its step was dropped", () => {
    let history: History = started();
    for (let i = 0; i < 220; i++)
      history = act(history, (now) => moveNodes(now, { note: { x: i + 1, y: 0 } }), i * LATER);
    expect(stateOf(goTo(history, 0))).not.toBe(stateOf(FIRST));
  });
});

function started(): History {
  const note = { type: "canvas/note", version: 1, params: { text: "note" } };
  return act(FIRST, (now) => addNode(now, "note", note, { x: 0, y: 0 }), 0);
}

function typing(history: History, words: readonly string[], every: number): History {
  return words.reduce(
    (now, word, i) => act(now, (workflow) => setParam(workflow, "note", "text", word), LATER + i * every, "param"),
    history,
  );
}

function act(history: History, change: (workflow: Workflow) => Workflow, at: number, mergeKey?: string): History {
  return record(history, {
    label: "Edit",
    next: change(history.present),
    at,
    before: NOTHING,
    after: NOTHING,
    mergeKey,
  });
}

/** Anything that a hand can do, sense or not. */
function randomEdit(workflow: Workflow, draw: () => number): (workflow: Workflow) => Workflow {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(draw() * list.length)];
  const types = [...nodeTypes.values()];
  const node = pick(sortedIds(workflow.graph.nodes));
  const wire = pick(sortedIds(workflow.graph.edges));
  const number = Math.floor(draw() * 1000);
  const type = pick(types);
  const other = pick(sortedIds(workflow.graph.nodes));
  const kind = node === undefined ? 0 : Math.floor(draw() * 8);
  return (now) => {
    if (kind === 0 || node === undefined || other === undefined) {
      if (type === undefined) return now;
      const made = { type: type.type, version: type.version, params: defaultParams(type) };
      return addNode(now, freeId(now.graph.nodes, type.type), made, { x: number, y: -number });
    }
    if (kind === 1 && draw() < 0.4) return removeNodes(now, [node]);
    if (kind === 2) return moveNodes(now, { [node]: { x: number, y: number } });
    if (kind === 3) return setParam(now, node, "name", number);
    if (kind === 4) return setMode(now, [node], number % 2 === 0 ? "muted" : undefined);
    if (kind === 5 && wire !== undefined) return disconnect(now, [wire]);
    if (kind === 6 && wire !== undefined) return setBends(now, wire, [{ x: number, y: 0 }]);
    return connect(now, { node, port: "out" }, { node: other, port: "in" }, nodeTypes);
  };
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
