// What the pages for contributors name must be there.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const PAGES = [
  "CONTRIBUTING.md",
  "docs/add-a-function.md",
  "docs/add-a-model-family.md",
  "docs/add-a-parameter-kind.md",
  "docs/add-a-reward.md",
];
/** What the reader is told to write. */
const TO_BE_WRITTEN = /Write `([^`]+)`/g;
const NAMED = /`((?:src-main|nodes|bench|docs|resources)\/[\w./-]+)`/g;
const LINKED = /\]\(([^)#]+)(?:#[^)]*)?\)/g;

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);
}

test.each(PAGES)("every file and folder that %s names is there", (page) => {
  const text = readFileSync(page, "utf8");
  const unwritten = new Set(matches(text, TO_BE_WRITTEN));
  const named = matches(text, NAMED).filter((path) => !unwritten.has(path));
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const links = matches(readFileSync(page, "utf8"), LINKED).filter((link) => !link.includes("://"));
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
});
