import { expect, test } from "vitest";
import { continueDraft, type Draft, draft, draftEntry } from "../../src-main/common/studio/draft.ts";
import { EMPTY_WORKFLOW } from "../state/document-store.ts";
import {
  createHistory,
  goTo,
  type History,
  record,
  redo,
  stateAfter,
  stateOf,
  stepsOf,
  undo,
} from "../state/history.ts";
import { generator, randomEdit } from "../state/testing/random-edits.ts";
import { entryBetween, isSame, type KeptTab, tabOfDraft, wholeOf } from "./draft-entries.ts";

const NOTHING = { nodes: [], edges: [] };
const TAB: KeptTab = {
  id: "tab",
  name: "Untitled",
  path: null,
  version: null,
  history: createHistory(EMPTY_WORKFLOW),
  saved: null,
  run: null,
  copy: "copy",
};

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`a whole and the entries after it are the tab, whatever was done and however often it was told (seed ${seed})`, () => {
    const draw = generator(seed);
    let tab = TAB;
    let kept = tab;
    let there = overTheWire(wholeOf(tab));
    let wholes = 0;
    for (let i = 0; i < 700; i++) {
      tab = { ...tab, history: act(tab.history, i, draw) };
      if (draw() < 0.05) tab = { ...tab, saved: stateOf(tab.history), name: `name ${i}` };
      if (draw() < 0.5) continue;
      const entry = entryBetween(kept, tab);
      wholes += entry === null ? 1 : 0;
      there = entry === null ? overTheWire(wholeOf(tab)) : continueDraft(there, parsed(draftEntry, entry));
      kept = tab;
      expect(there).toEqual(overTheWire(wholeOf(tab)));
    }
    expect(stepsOf(tab.history).length, "some steps were forgotten").toBeLessThan(700);
    expect(wholes, "hardly ever").toBeLessThan(3);
  });
}

test("what is read back can be undone and redone, and knows which of its states is saved", () => {
  const draw = generator(9);
  let history = createHistory(EMPTY_WORKFLOW);
  for (let i = 0; i < 30; i++) history = edited(history, i, draw);
  history = undo(undo(history));
  const saved = stateAfter(history, 7);
  const opened = tabOfDraft(overTheWire(wholeOf({ ...TAB, history, saved })));
  if (opened.history === undefined) throw new Error("no history came back");
  expect(opened.history.present).toEqual(history.present);
  expect(opened.saved).toBe(7);
  expect(goTo(opened.history, 0).present).toEqual(EMPTY_WORKFLOW);
  expect(redo(redo(opened.history)).present).toEqual(redo(redo(history)).present);
});

test("there is nothing to tell of a step that may no longer grow", () => {
  const history = edited(createHistory(EMPTY_WORKFLOW), 0, generator(3));
  const tab = { ...TAB, history };
  expect(isSame(tab, { ...tab, history: { ...history, isOpen: false } })).toBe(true);
  expect(isSame(tab, { ...tab, history: undo(history) })).toBe(false);
  expect(isSame(tab, { ...tab, run: "run" })).toBe(false);
});

function act(history: History, i: number, draw: () => number): History {
  const kind = draw();
  if (kind < 0.1) return undo(history);
  if (kind < 0.15) return redo(history);
  if (kind < 0.17) return goTo(history, Math.floor(draw() * 40));
  return edited(history, i, draw);
}

function edited(history: History, i: number, draw: () => number): History {
  const next = randomEdit(history.present, draw)(history.present);
  const mergeKey = draw() < 0.3 ? "typing" : undefined;
  return record(history, { label: `Edit ${i}`, next, at: i * 400, before: NOTHING, after: NOTHING, mergeKey });
}

function overTheWire(whole: Draft): Draft {
  return parsed(draft, whole);
}

function parsed<T>(schema: { parse: (value: unknown) => T }, value: unknown): T {
  return schema.parse(JSON.parse(JSON.stringify(value)));
}
