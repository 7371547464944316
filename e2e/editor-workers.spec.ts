// Workers, as somebody with more than one machine has them: a queue is set by hand, two workers come, and they do a sweep that is watched
// in the editor.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { startRenegWith } from "./command-line.ts";
import {
  type EditorServer,
  nodeOf,
  openWorkflow,
  showPanel,
  startServer,
  test,
  writeSmallWorkflow,
} from "./editor-app.ts";
import { hasRedis, NO_REDIS } from "./redis-command.ts";

const DONE_WITHIN = 240_000;
const PASSWORD = "let-me-in";

interface Queue {
  readonly address: string;
  /** As it may be shown. */
  readonly shown: string;
  readonly stop: () => Promise<void>;
}

const withQueue = test.extend<{ readonly queue: Queue }>({
  queue: async ({ shell: _shell }, use) => {
    test.skip(!hasRedis(), NO_REDIS);
    const queue = await startQueue();
    await use(queue);
    await queue.stop();
  },
});

async function startQueue(): Promise<Queue> {
  const port = await freePort();
  const words = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD];
  const child = spawn("redis-server", words, { stdio: "ignore", cwd: test.info().outputPath() });
  return {
    address: `redis://:${PASSWORD}@127.0.0.1:${port}`,
    shown: `redis://:***@127.0.0.1:${port}`,
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** On a machine of its own, as far as that can be had here. */
function startWorker(name: string, queue: string, ...more: readonly string[]) {
  const env = { ...process.env, RENEG_HOME: test.info().outputPath(`home-of-${name}`), RENEG_QUEUE: queue };
  return startRenegWith(env, "worker", "--name", name, "--device", "cpu", ...more);
}

/** By hand, from the panel that says that none is set. */
async function setQueue(page: Page, address: string): Promise<void> {
  await showPanel(page, "Workers");
  await page.getByRole("button", { name: "Set the queue…" }).click();
  const dialog = page.getByRole("dialog", { name: "Queue of workers" });
  await expect(dialog.getByRole("textbox", { name: "Address" })).toBeFocused();
  await page.keyboard.type(address);
  await page.keyboard.press("Enter");
}

async function closeSettings(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function vary(page: Page, parameter: string, values: string): Promise<void> {
  await nodeOf(page, "optimizer").click({ position: { x: 20, y: 8 } });
  await page.keyboard.press("v");
  const dialog = page.getByRole("dialog", { name: "Vary parameters" });
  await dialog.getByRole("combobox").first().selectOption({ label: parameter });
  await dialog.getByRole("textbox", { name: new RegExp(parameter) }).fill(values);
}

withQueue(
  "a sweep of four runs over two workers is watched in the editor, and what comes of them is opened",
  async ({ page, server, queue }) => {
    writeSmallWorkflow(server, "small", 2);
    await openWorkflow(page, "small");
    // What is no address says so at its field.
    await setQueue(page, "queue.example");
    const settings = page.getByRole("dialog", { name: "Queue of workers" });
    await expect(settings).toContainText("This is not the address of a queue.");
    await settings.getByRole("textbox", { name: "Address" }).fill(queue.address);
    await settings.getByRole("button", { name: "Save and test" }).click();
    await expect(settings.getByRole("status")).toHaveText("Connected: 0 workers, 0 jobs");
    await expect(settings.getByRole("textbox", { name: "Address" })).toHaveValue(queue.shown);
    await closeSettings(page);
    expectSecret(server);

    const panel = page.locator(".rs-workers");
    await expect(panel).toContainText("No worker takes part yet.");
    await expect(panel.locator("code").last()).toHaveText(
      `reneg worker --queue '${queue.shown.replace("***", "PASSWORD")}'`,
    );
    expect(await page.content()).not.toContain(PASSWORD);

    const workers = ["one", "two"].map((name) => startWorker(name, queue.address));
    try {
      const rows = panel.getByRole("table", { name: "Workers of the queue" }).locator("tbody tr");
      await expect(rows).toHaveCount(2, { timeout: 60_000 });
      for (const [i, name] of ["one", "two"].entries())
        await expect(rows.nth(i)).toContainText(`${name}Processor (CPU)Idle`);

      await vary(page, "Seed", "1, 2, 3, 4");
      const dialog = page.getByRole("dialog", { name: "Vary parameters" });
      await dialog.getByRole("combobox", { name: "Run on" }).selectOption("Workers (2)");
      await dialog.getByRole("checkbox", { name: "Send images back" }).check();
      await dialog.getByRole("button", { name: "Queue 4 runs" }).click();

      const sweep = page.locator(".rs-sweep");
      await expect(sweep.locator("tbody tr")).toHaveCount(4);
      await expect(sweep.locator("tbody tr", { hasText: "Training" }).first()).toContainText(/one|two/, {
        timeout: 60_000,
      });
      await showPanel(page, "Workers");
      await expect(rows.filter({ hasText: /Run \d of small/ }).first()).toBeVisible({ timeout: 60_000 });
      await expect(panel.getByRole("table", { name: "Jobs of the queue" })).toContainText("smallSweep");
      await showPanel(page, "Sweeps");
      await expect(sweep).toContainText("4 of 4 done", { timeout: DONE_WITHIN });
      const by = await sweep.locator("tbody td[data-column=worker]").allInnerTexts();
      expect(by).toHaveLength(4);
      expect([...new Set(by)].toSorted()).toEqual(["one", "two"]);
      await expect(sweep.locator(".rs-scatter-point")).toHaveCount(4);

      // What a worker has sent lies here, and is looked at as any other run.
      await sweep.locator("tbody tr").first().locator("td").nth(1).click();
      await expect(page.locator(".rs-run-bar .rs-run-name")).toContainText("Run 1 · small · Seed 1");
      await expect(page.locator(".rs-run-facts").first()).toContainText(/by worker (one|two)/);
      await expect(page.locator(".rs-image-frame img, .rs-preview-grid img, .rs-run-card img").first()).toBeVisible();
      const folders = readdirSync(join(server.home, "runs")).filter((name) => name.startsWith("small-seed"));
      expect(folders).toHaveLength(4);
      for (const folder of folders)
        expect(existsSync(join(server.home, "runs", folder, "negative.safetensors")), folder).toBe(true);
      await showPanel(page, "Workers");
      await expect(panel).toContainText("Nothing is handed out just now.");
    } finally {
      for (const worker of workers) worker.send("SIGKILL");
      await Promise.all(workers.map(({ ended }) => ended));
    }
  },
);

withQueue(
  "a sweep that waits for workers says why, outlives the program, goes on when asked to, and is cancelled as a whole",
  async ({ page, server, queue }) => {
    writeSmallWorkflow(server, "long", 60);
    await openWorkflow(page, "long");
    await setQueue(page, queue.address);
    await expect(page.getByRole("dialog").getByRole("status")).toHaveText(/^Connected/);
    await closeSettings(page);
    const worker = startWorker("only", queue.address);
    let again: EditorServer | undefined;
    try {
      await expect(page.locator(".rs-workers")).toContainText("1 worker", { timeout: 60_000 });
      await vary(page, "Seed", "1, 2");
      const dialog = page.getByRole("dialog", { name: "Vary parameters" });
      await dialog.getByRole("combobox", { name: "Run on" }).selectOption("Workers (1)");
      await dialog.getByRole("button", { name: "Queue 2 runs" }).click();
      const rows = page.locator(".rs-sweep tbody tr");
      await expect(rows.filter({ hasText: "Training" })).toContainText("only", { timeout: 60_000 });
      await expect(rows.filter({ hasText: "Waiting" })).toHaveCount(1);
      // Its worker hands over what there is of it, and goes on to the other one.
      await expect(rows.first()).toContainText(/Training, step [1-9]/, { timeout: 60_000 });
      await rows.first().getByRole("button", { name: "Pause run 1" }).click();
      await expect(rows.first()).toContainText(/Paused, step [1-9]/, { timeout: 60_000 });
      await expect(rows.nth(1)).toContainText("Training", { timeout: 60_000 });

      await server.kill();
      again = await startServer(server.home);
      await page.goto(again.address);
      await showPanel(page, "Sweeps");
      await expect(rows.filter({ hasText: "Paused" })).toHaveCount(2, { timeout: 60_000 });
      // By now its job is forgotten, or soon will be: the worker is free for the one that is begun.
      await page.getByRole("button", { name: "Resume sweep" }).click();
      await expect(rows.filter({ hasText: "Training" })).toContainText("only", { timeout: 120_000 });
      await page.getByRole("button", { name: "Cancel sweep" }).click();
      await expect(page.getByRole("dialog")).toContainText("workers give up what they have in hand");
      await page.getByRole("dialog").getByRole("button", { name: "Cancel sweep" }).click();
      await expect(rows.filter({ hasText: "Stopped" })).toHaveCount(2);
      await showPanel(page, "Workers");
      await expect(page.locator(".rs-workers-table tbody tr")).toContainText("Idle", { timeout: 90_000 });
    } finally {
      worker.send("SIGKILL");
      await worker.ended;
      await again?.stop();
    }
  },
);

/** The address with its password is for its user alone. */
function expectSecret(server: EditorServer): void {
  const file = join(server.home, "queue.json");
  expect(readFileSync(file, "utf8")).toContain(PASSWORD);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
}

test("a file of the queue's setting that cannot be read is named, and read again once it is mended", async ({
  page,
  server,
}) => {
  const file = join(server.home, "queue.json");
  mkdirSync(file);
  await page.reload();
  await showPanel(page, "Workers");
  const state = page.getByRole("status", { name: "State of the queue" });
  await expect(state).toContainText("queue.json");
  rmdirSync(file);
  await state.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Set the queue…" })).toBeVisible();
});
