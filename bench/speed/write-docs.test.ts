import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { replaceBetween } from "./write-docs.ts";

const page = readFileSync(new URL("../../docs/benchmarks.md", import.meta.url), "utf8");

test("tables take the place of earlier ones, and the rest of the page stays", () => {
  const [before = ""] = page.split("<!-- begin");
  const once = replaceBetween(page, "npm run bench -- --docs", "| first |");
  const twice = replaceBetween(once, "npm run bench -- --docs", "| second |");
  expect(once).toContain("| first |");
  expect(twice).toContain("| second |");
  expect(twice).not.toContain("| first |");
  expect(twice.startsWith(before)).toBe(true);
  expect(twice.split("<!-- end -->")[1]).toBe(page.split("<!-- end -->")[1]);
});

test("a page without marks is not written", () => {
  expect(() => replaceBetween("# A page", "npm run bench -- --docs", "| first |")).toThrow("begin");
});
