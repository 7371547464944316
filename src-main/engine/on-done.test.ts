import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import type { Diagnostic } from "../common/diagnostic.ts";
import { tellDone } from "./on-done.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-on-done-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** More than a pipe holds, so that a command that does not read it closes it in the middle. */
const RUN = { folder, name: "01", told: "x".repeat(300_000) };

/** @returns what is warned of */
async function done(what: string | undefined, answersWithinMs?: number): Promise<Diagnostic[]> {
  const warnings: Diagnostic[] = [];
  await tellDone(what, RUN, async (diagnostic) => void warnings.push(diagnostic), answersWithinMs);
  return warnings;
}

/** A server of the test's own, as long as `use` takes. */
async function withServer<T>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/done?of=me`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A command line that runs this script with the Node of the test. */
function script(name: string, lines: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, lines);
  return `"${process.execPath}" "${file}"`;
}

function failed(why: string | RegExp): object[] {
  const message = typeof why === "string" ? `what was to be told of this run has failed: ${why}` : why;
  return [
    {
      severity: "warning",
      code: "on-done-failed",
      at: { option: "--on-done" },
      message: typeof message === "string" ? message : expect.stringMatching(message),
      notes: [{ at: { file: folder }, message: "is done all the same" }],
    },
  ];
}

test("without a word nothing is told", async () => {
  expect(await done(undefined)).toEqual([]);
});

test("an address gets the run as JSON", async () => {
  const heard: unknown[] = [];
  const warnings = await withServer(
    (request, response) =>
      void text(request).then((body) => {
        heard.push([request.method, request.url, request.headers["content-type"], JSON.parse(body)]);
        response.writeHead(204).end();
      }),
    done,
  );
  expect(warnings).toEqual([]);
  expect(heard).toEqual([["POST", "/done?of=me", "application/json", RUN]]);
});

test("an address that answers with an error is told, and its answer, however long, is not waited for", async () => {
  const warnings = await withServer((request, response) => {
    request.resume();
    // It goes on for ever.
    response.writeHead(503);
    response.write("busy");
  }, done);
  expect(warnings).toEqual(failed("the address answers with 503"));
});

test("an address that does not answer is told when its time is over", async () => {
  const begin = performance.now();
  const warnings = await withServer(
    (request) => void request.resume(),
    (address) => done(address, 300),
  );
  expect(warnings).toEqual(failed(/timeout/));
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test("an address that hangs up, or at which nobody is, is told with the reason of the system", async () => {
  let left = "";
  const warnings = await withServer(
    (request) => void request.socket.destroy(),
    (address) => done((left = address)),
  );
  expect(warnings).toEqual(failed(/has failed: \S+/));
  expect(await done(left)).toEqual(failed(/ECONNREFUSED/));
  // Of two addresses of one name each is tried.
  expect(await done(left.replace("127.0.0.1", "localhost"))).toEqual(failed(/ECONNREFUSED/));
  expect(await done("http://[broken/")).toEqual(failed(/has failed: \S+/));
});

test("a command gets the run on its input and its folder as RENEG_RUN", async () => {
  const line = script(
    "keep",
    `import { readFileSync, writeFileSync } from "node:fs";
     writeFileSync(process.env.RENEG_RUN + "/kept.json", readFileSync(0));`,
  );
  expect(await done(line)).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, "kept.json"), "utf8"))).toEqual(RUN);
});

test("a command need not read its input", async () => {
  expect(await done(script("ignore", "process.exit(0);"))).toEqual([]);
});

test("a command that fails, is killed or is not there is told with how it ended", async () => {
  expect(await done(script("fail", "process.exit(3);"))).toEqual(failed("the command ended with 3"));
  expect(await done(`exec ${script("die", 'process.kill(process.pid, "SIGKILL");')}`)).toEqual(
    failed("the command ended with SIGKILL"),
  );
  expect(await done("reneg-no-such-command")).toEqual(failed(/ended with \d+/));
});

test("a command that the system does not even start is told, and breaks nothing", async () => {
  expect(await done(`true ${"x".repeat(2 ** 21)}`)).toEqual(failed(/E2BIG/));
  expect(await done("true \0")).toEqual(failed(/null bytes/));
});
