// `reneg serve` as a process: how it ends, what it leaves, and what the next one finds.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, expect, test } from "@playwright/test";
import { z } from "zod";
import { chromiumOptions } from "./chromium.ts";
import { reneg, startReneg, type RunningCommand } from "./command-line.ts";
import { emojiWorkflow, setParams, type WorkflowFile } from "./editor-app.ts";
import { descendants, isAlive } from "./processes.ts";
import { jobList, openStudio, type StudioSocket } from "./studio-socket.ts";

interface Served extends RunningCommand {
  readonly studio: StudioSocket;
}

/** In the folder of the test, where the home is too. */
async function serve(...words: readonly string[]): Promise<Served> {
  const { command, address } = await startServer(...words);
  return { ...command, studio: await openStudio(address) };
}

/** The address is good for one page. */
async function startServer(...words: readonly string[]) {
  const command = startReneg("serve", "--port", "0", "--home", "home", ...words);
  await expect.poll(() => /http:\S+/.test(command.stdout()), { timeout: 120_000 }).toBe(true);
  return { command, address: /http:\S+/.exec(command.stdout())?.[0] ?? "" };
}

const home = (...names: readonly string[]): string => test.info().outputPath("home", ...names);
const savedJobs = () => jobList.parse(JSON.parse(readFileSync(home("jobs.json"), "utf8")));

/** Steps as short as they can be, and more of them than a test waits for. @param batch images that go through the networks together */
function endless(batch: number): WorkflowFile {
  const workflow = emojiWorkflow();
  setParams(workflow, {
    sampler: { steps: 4, lastSteps: 2, gradient: "one late step" },
    optimizer: { steps: 10_000, batch, microBatch: batch },
    preview: { every: 10_000, count: 1 },
    save: { every: 10_000 },
  });
  return workflow;
}

async function train({ studio }: Served, batch = 1): Promise<string> {
  const job = await studio.ask("enqueue", { name: "Endless", workflow: endless(batch), path: null, device: "cpu" });
  const { run } = z.looseObject({ run: z.string() }).parse(job);
  await studio.waitForJob(({ step }) => step >= 1);
  return run;
}

/** What Ctrl-C asks of a program, what `kill` and the end of the system ask, and what a terminal that is closed asks. */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} pauses what learns, leaves no process and no lock, and the next server finds the run`, async () => {
    const first = await serve();
    const run = await train(first);
    const below = await descendants(first.pid);
    expect(below.filter(({ command }) => command.includes("engine.ts")).length).toBeGreaterThanOrEqual(2);
    first.send(signal);
    const ended = await first.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(below.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(existsSync(home("lock"))).toBe(false);
    const [saved] = savedJobs();
    expect(saved).toMatchObject({ run, state: "paused", diagnostics: [] });

    const second = await serve();
    const found = await second.studio.waitForJob((job) => job.run === run);
    expect(found).toMatchObject({ state: "paused", step: saved?.step });
    second.send(signal);
    expect((await second.ended).code).toBe(0);
  });
}

test("a second Ctrl-C ends what learns at once; the run is paused and goes on from its checkpoint", async () => {
  const first = await serve();
  // A pass of so many takes longer than the second Ctrl-C takes to come.
  const run = await train(first, 32);
  first.send("SIGINT");
  // One press may arrive twice within less.
  await sleep(400);
  first.send("SIGINT");
  const ended = await first.ended;
  expect(ended.code, ended.stderr).toBe(0);
  expect(savedJobs()[0]).toMatchObject({ run, state: "paused" });

  const second = await serve();
  const found = await second.studio.waitForJob((job) => job.run === run);
  await second.studio.ask("command", { run, command: "resume" });
  await second.studio.waitForJob((job) => job.run === run && job.step > 0 && job.state === "running");
  expect(found.state).toBe("paused");
  second.send("SIGTERM");
  expect((await second.ended).code).toBe(0);
});

test("a file on the command line is opened by the first page", async () => {
  const server = await serve("given.reneg.json");
  const path = await server.studio.waitFor((event) => (event.type === "open" ? event["path"] : undefined));
  expect(path).toBe(test.info().outputPath("given.reneg.json"));
  server.send("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

test("a file on the command line is all that a first start shows", async () => {
  writeFileSync(test.info().outputPath("given.reneg.json"), JSON.stringify(emojiWorkflow()));
  const { command, address } = await startServer("given.reneg.json");
  const browser = await chromium.launch(chromiumOptions());
  const page = await browser.newPage();
  await page.goto(address);
  const tabs = page.getByRole("navigation", { name: "Open workflows" }).getByRole("button", { name: /^(?!Close)/ });
  await expect(tabs).toHaveText(["given"]);
  await expect(page.locator('[data-node-id="cfg"]')).toBeVisible();
  await expect(tabs).toHaveText(["given"]);
  await browser.close();
  command.send("SIGTERM");
  expect((await command.ended).code).toBe(0);
});

test("what cannot be served is refused with the way out, for people and for programs", async () => {
  const server = await serve();
  const taken = await reneg("serve", "--port", "0", "--home", "home", "--json");
  expect(taken.code).toBe(1);
  expect(taken.stderr).toContain("another ReNeg Studio works in this folder");
  expect(JSON.parse(taken.stdout)).toMatchObject({ diagnostics: [{ code: "home-taken" }] });
  server.send("SIGTERM");
  expect((await server.ended).code).toBe(0);

  writeFileSync(test.info().outputPath("file"), "");
  const file = await reneg("serve", "--port", "0", "--home", join("file", "deeper"));
  expect(file.code).toBe(1);
  expect(file.stderr).toMatch(/error: cannot make the folder: .*\n {2}at .*\n {2}help: /);
  const address = await reneg("serve", "--host", "192.0.2.1", "--home", "other");
  expect(address.code).toBe(1);
  expect(address.stderr).toContain("no address of this machine");
  expect((await reneg("serve", "--port", "70000")).code).toBe(2);
});

test("the editor opens over plain HTTP from another machine, where browsers lack what they keep for safe pages", async () => {
  const server = await serve("--host", "0.0.0.0");
  const other = "192.0.2.7";
  const browser = await chromium.launch({
    ...chromiumOptions(),
    args: [`--host-resolver-rules=MAP ${other} 127.0.0.1`],
  });
  const page = await browser.newPage();
  const printed = [...server.stdout().matchAll(/http:\S+/g)].at(-1)?.[0] ?? "";
  const address = new URL(printed);
  address.hostname = other;
  await page.goto(address.href);
  expect(await page.evaluate("isSecureContext")).toBe(false);
  const node = page.locator('[data-node-id="cfg"]');
  await node.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy" }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Press the keys instead");
  await browser.close();
  server.send("SIGTERM");
  expect((await server.ended).code).toBe(0);
});
