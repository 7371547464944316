import { describe, expect, it } from "vitest";
import { addNode, moveNodes, setParam } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { EMPTY_WORKFLOW } from "./document-store.ts";
import { createHistory, goTo, type History, record, redo, seal, stateOf, touchedNodes, undo } from "./history.ts";
import { generator, randomEdit } from "./testing/random-edits.ts";

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

  it("keeps fewer when they are large, and always the last", () => {
    let history = started();
    for (const letter of ["a", "b", "c"]) {
      history = act(history, (now) => setParam(now, "note", "text", letter.repeat(1_700_000)), LATER);
    }
    expect(history.past).toHaveLength(2);
    expect(goTo(history, 0).present.graph.nodes["note"]?.params["text"]).toBe("a".repeat(1_700_000));
    expect(act(history, (now) => setParam(now, "note", "text", "d".repeat(9e6)), LATER).past).toHaveLength(1);
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
