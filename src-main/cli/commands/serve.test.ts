// `reneg serve` as a process: how it ends, what it leaves, and what the next one finds.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { template } from "../../../nodes/testing/templates.ts";
import type { Job } from "../../common/studio/job.ts";
import { studioApi, type StudioClient } from "../../common/studio/studio-api.ts";
import { connect } from "../../common/wire/connect.ts";
import { setParam } from "../../common/workflow-edits.ts";
import type { Workflow } from "../../common/workflow.ts";
import { socketChannel } from "../../server/socket-channel.ts";

const LAUNCHER = fileURLToPath(new URL("../reneg.mjs", import.meta.url));
const PAGE = fileURLToPath(new URL("../../../out/renderer/index.html", import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-serve-"));
  // Nothing here looks at the page, but without one there is no server.
  if (existsSync(PAGE)) return;
  mkdirSync(join(PAGE, ".."), { recursive: true });
  writeFileSync(PAGE, "<title>page</title>");
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Served {
  readonly pid: number;
  readonly address: string;
  readonly output: () => string;
  readonly end: (signal: NodeJS.Signals) => void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

const printed = z.object({ address: z.url() });

async function serve(home: string, ...words: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--port", "0", "--json", "--home", home, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.trimEnd().endsWith("}")) resolve();
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}:\n${stderr}`)));
  });
  return {
    pid: child.pid ?? 0,
    address: printed.parse(JSON.parse(stdout)).address,
    output: () => stdout + stderr,
    end: (signal) => child.kill(signal),
    ended,
  };
}

interface Page {
  readonly studio: StudioClient;
  readonly until: (isSo: (job: Job) => boolean) => Promise<Job>;
  readonly close: () => void;
}

async function openPage(address: string): Promise<Page> {
  const opened = await fetch(address, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/api`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const studio = connect(studioApi, socketChannel(socket));
  return {
    studio,
    async until(isSo) {
      const abort = new AbortController();
      let found: Job | undefined;
      await studio.watch(
        {},
        {
          signal: abort.signal,
          onEvent(event) {
            if (event.type === "jobs") found ??= event.jobs.find(isSo);
            if (found !== undefined) abort.abort();
          },
        },
      );
      if (found === undefined) throw new Error("the stream ended before that");
      return found;
    },
    close: () => socket.terminate(),
  };
}

/** The emoji workflow, with steps as short as they can be, and more of them than a test waits for. */
function endless(): Workflow {
  const settings = { steps: 10_000, batch: 1, microBatch: 1, lastSteps: 2, gradientSteps: 1 };
  let workflow = setParam(template("learn-emoji"), "sampler", "steps", 4);
  for (const [name, value] of Object.entries(settings)) workflow = setParam(workflow, "optimizer", name, value);
  return setParam(setParam(workflow, "save", "every", 1000), "preview", "count", 1);
}

/** Of every process of the machine that was started below this one, as far as it still lives. */
function processesBelow(pid: number): readonly number[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([id = 0, above]) => (above === parent ? [id, ...below(id)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What is asked of a program by Ctrl-C, by `kill` and the system's end, and by a terminal that is closed. */
test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s pauses what learns, leaves no process and no lock, and the next server finds the run where it was",
  async (signal) => {
    const home = join(folder, signal);
    const first = await serve(home);
    const page = await openPage(first.address);
    const { run } = await page.studio.enqueue({ name: "Endless", workflow: endless(), path: null, device: "cpu" });
    await page.until((job) => job.step >= 1);
    const engines = processesBelow(first.pid);
    expect(engines.length).toBeGreaterThanOrEqual(2);
    first.end(signal);
    expect(await first.ended, first.output()).toBe(0);
    expect(engines.filter(isAlive)).toEqual([]);
    expect(existsSync(join(home, "lock"))).toBe(false);
    const [saved] = JSON.parse(readFileSync(join(home, "jobs.json"), "utf8")) as readonly Job[];
    expect(saved).toMatchObject({ run, state: "paused", diagnostics: [] });

    const second = await serve(home);
    const again = await openPage(second.address);
    const found = await again.until((job) => job.run === run);
    expect(found).toMatchObject({ state: "paused", step: saved?.step });
    await again.studio.command({ run, command: "resume" });
    await again.until((job) => job.step > found.step);
    again.close();
    // Twice: whoever does not want to wait for the step.
    second.end(signal);
    await new Promise((resolve) => setTimeout(resolve, 400));
    second.end(signal);
    expect(await second.ended, second.output()).toBe(0);
    const [ended] = JSON.parse(readFileSync(join(home, "jobs.json"), "utf8")) as readonly Job[];
    expect(ended).toMatchObject({ run, state: "paused" });
  },
  300_000,
);

test("a file on the command line is opened by the first page", async () => {
  const file = join(folder, "given.reneg.json");
  const server = await serve(join(folder, "files"), file);
  const page = await openPage(server.address);
  const abort = new AbortController();
  let opened: string | undefined;
  await page.studio.watch(
    {},
    {
      signal: abort.signal,
      onEvent(event) {
        if (event.type === "open") opened = event.path;
        if (opened !== undefined) abort.abort();
      },
    },
  );
  expect(opened).toBe(file);
  server.end("SIGTERM");
  expect(await server.ended).toBe(0);
});

test("a folder that another server uses is refused, for people and for programs", async () => {
  const home = join(folder, "taken");
  const server = await serve(home);
  await expect(serve(home)).rejects.toThrow(/it ended with 1:\s+error: another ReNeg Studio works in this folder/);
  server.end("SIGTERM");
  expect(await server.ended).toBe(0);
});
