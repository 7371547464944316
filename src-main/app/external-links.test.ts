import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mayOpenExternally } from "./external-links.ts";

describe("the system's browser", () => {
  test.each(["https://arxiv.org/abs/2412.19637", "https://huggingface.co/models", "https://docs.github.com/en"])(
    "opens %s",
    (link) => expect(mayOpenExternally(link)).toBe(true),
  );

  test("opens every page that a template names", () => {
    const table = readFileSync(new URL("../../resources/workflows/models.json", import.meta.url), "utf8");
    const pages = [...table.matchAll(/"page": "([^"]+)"/g)].map(([, page = ""]) => page);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.filter((page) => !mayOpenExternally(page))).toEqual([]);
  });

  test.each([
    ["a page without encryption", "http://github.com"],
    ["a file", "file:///etc/passwd"],
    ["a program", "ms-settings:privacy"],
    ["a script", "javascript:alert(1)"],
    ["another host", "https://example.com"],
    ["a host that only ends like an allowed one", "https://notgithub.com"],
    ["a host that only begins like an allowed one", "https://github.com.example.com"],
    ["an allowed host as the name of a user", "https://github.com@example.com"],
    ["credentials", "https://me:secret@github.com"],
    ["another port", "https://github.com:8443"],
    ["what is no address", "github.com"],
    ["nothing", ""],
  ])("is not asked to open %s", (_, link) => expect(mayOpenExternally(link)).toBe(false));
});
