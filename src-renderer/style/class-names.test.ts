// React Flow puts words such as `source`, `target` and `selected` on its elements, and so may any library: a class of ours that has
// no mark of its own would style them too.

import { expect, test } from "vitest";

const SHEETS = import.meta.glob<string>("./*.css", { query: "?raw", import: "default", eager: true });
const COMPONENTS = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
const OURS = "rs-";
/** Classes of libraries, by their beginning, and those that a library asks an element of ours to bear. */
const LIBRARIES = ["react-flow", "u-"];
const BORNE = ["nodrag", "nopan", "nokey", "nowheel"];
/** A handle of React Flow may also be told by a state that React Flow gives it. */
const HANDLE_STATES = ["connectingto", "connectingfrom", "valid", "source", "target"];

/** The classes that a style sheet's selectors name and that are neither ours nor a library's. */
function strangersIn(sheet: string): string[] {
  const selectors = sheet.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{};]+)\{/g);
  return [...selectors].flatMap(([, selector = ""]) => {
    const states = selector.includes(".react-flow__handle") ? HANDLE_STATES : [];
    return [...selector.matchAll(/\.([a-z][\w-]*)/gi)]
      .map(([, name = ""]) => name)
      .filter((name) => ![OURS, ...LIBRARIES].some((start) => name.startsWith(start)) && !states.includes(name));
  });
}

/** The classes that elements get by `className`, as far as they are written out, and that are not ours. */
function strangersOn(source: string): string[] {
  return [...source.matchAll(/className=(?:"([^"]*)"|\{`([^`]*)`\})/g)].flatMap(([, plain, template = ""]) =>
    (plain ?? template.replaceAll(/\$\{[^}]*\}[\w-]*/g, " "))
      .split(/\s+/)
      .filter((word) => word !== "" && !word.startsWith(OURS) && !BORNE.includes(word)),
  );
}

test.each(Object.entries(SHEETS))("%s names only classes with our prefix or a library's", (_, sheet) => {
  expect(strangersIn(sheet)).toEqual([]);
});

test.each(Object.entries(COMPONENTS))("%s gives elements only classes with our prefix", (_, source) => {
  expect(strangersOn(source)).toEqual([]);
});

test("a class without the prefix is found", () => {
  expect(Object.keys(SHEETS).length).toBeGreaterThan(5);
  expect(Object.keys(COMPONENTS).length).toBeGreaterThan(80);
  expect(strangersIn(".rs-target,\n.target { color: red; } .react-flow__handle.target {}")).toEqual(["target"]);
  expect(strangersOn('<p className="rs-a b nodrag"><i className={`c rs-d-${e}s`}>')).toEqual(["b", "c"]);
});
