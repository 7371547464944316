import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openedFiles } from "./opened-files.ts";

const FOLDER = resolve("work");
const opened = (...line: string[]) => openedFiles(line, FOLDER);

test("a workflow is opened relative to the folder that the command was given in", () => {
  expect(opened("a.reneg.json", "sub/b.reneg.json")).toEqual([
    resolve(FOLDER, "a.reneg.json"),
    resolve(FOLDER, "sub", "b.reneg.json"),
  ]);
});

test("a name in capitals and an absolute path are workflows too", () => {
  expect(opened(resolve("X.RENEG.JSON"))).toEqual([resolve("X.RENEG.JSON")]);
});

test("a file: URL is a path", () => {
  const path = resolve("with space.reneg.json");
  expect(opened(pathToFileURL(path).href)).toEqual([path]);
});

test.each([
  ["an option", "--load=a.reneg.json"],
  ["the program's own folder", "."],
  ["another file", "package.json"],
  ["a file of another machine", "file://host%20/a.reneg.json"],
  ["a page", "https://example.com/index.html"],
])("%s is not opened", (_, argument) => expect(opened(argument)).toEqual([]));
