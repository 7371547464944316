import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPageResponder, type Responder } from "./page-responder.ts";

let root: string;
let respond: Responder;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "reneg-page-"));
  mkdirSync(join(root, "page", "folder.js"), { recursive: true });
  writeFileSync(join(root, "page", "index.html"), "<p>page</p>");
  writeFileSync(join(root, "secret.json"), "{}");
  respond = createPageResponder({
    folder: join(root, "page"),
    studio: async (request, url) =>
      url.pathname.startsWith("/files/") ? new Response(`${request.method} of the studio`, { status: 206 }) : null,
  });
});
afterAll(() => rmSync(root, { recursive: true }));

const ask = (path: string, method = "GET"): Promise<Response> =>
  respond(new Request(new URL(path, "app://studio/"), { method }));

test("the page is served with its media type", async () => {
  const response = await ask("/");
  expect(await response.text()).toBe("<p>page</p>");
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
});

test("what the studio answers comes before the page's files", async () => {
  const response = await ask("/files/picture.png");
  expect([response.status, await response.text()]).toEqual([206, "GET of the studio"]);
});

test.each(["/", "/missing.js", "/files/picture.png"])(
  "%s comes with the policy and is never guessed at",
  async (path) => {
    const { headers } = await ask(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  },
);

test.each([
  "/missing.js",
  "/folder.js",
  "/..%2fsecret.json",
  "/%ZZ.js",
  "app://other/",
  "app://other/files/picture.png",
])("%s is not found", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test("the page's own files cannot be written", async () => {
  expect((await ask("/index.html", "PUT")).status).toBe(405);
});
