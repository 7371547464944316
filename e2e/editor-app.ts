// The editor as a person has it, with a home of its own: `reneg serve` and its page in Chromium, or the desktop app where there is an
// Electron. And what one does in it all the time.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import { hasChromium, NO_CHROMIUM } from "./chromium.ts";
import { commandFile } from "./command-line.ts";
import { findElectron, NO_ELECTRON, startDesktop } from "./electron-app.ts";

const STARTS_WITHIN = 60_000;
const address = z.object({ address: z.url() });

export interface EditorServer {
  readonly pid: number;
  readonly home: string;
  readonly workflows: string;
  /** Good for one browser. */
  readonly address: string;
  /** That of the desktop app; `null`: a browser opens the address. */
  readonly window: Page | null;
  readonly stop: () => Promise<void>;
  /** As when the machine loses its power. */
  readonly kill: () => Promise<void>;
}

export interface EditorOptions {
  readonly shell: "browser" | "desktop";
}

interface Fixtures extends EditorOptions {
  /** Without a browser the test is skipped, before anything of it starts. */
  readonly needsBrowser: void;
  readonly server: EditorServer;
  /** With the workflow of the first start on it. */
  readonly page: Page;
}

export const test = base.extend<Fixtures>({
  viewport: { width: 1440, height: 900 },
  contextOptions: { reducedMotion: "reduce" },
  shell: ["browser", { option: true }],
  needsBrowser: [
    async ({ shell }, use) => {
      base.skip(shell === "browser" && !hasChromium(), NO_CHROMIUM);
      await use();
    },
    { auto: true },
  ],
  server: async ({ shell }, use) => {
    const home = mkdtempSync(join(tmpdir(), "reneg-e2e-"));
    const server = shell === "browser" ? await startServer(home) : await startWindow(home);
    await use(server);
    await server.stop();
    rmSync(home, { recursive: true });
  },
  page: async ({ page: blank, server, viewport }, use) => {
    const page = server.window ?? blank;
    const faults: string[] = [];
    page.on("pageerror", (fault) => faults.push(fault.message));
    page.on("console", (message) => {
      if (/Content Security Policy|Trusted(HTML|Script)/.test(message.text())) faults.push(message.text());
    });
    if (server.window === null) await page.goto(server.address);
    else if (viewport !== null) await page.setViewportSize(viewport);
    await expect(page.locator(".rs-node").first()).toBeVisible({ timeout: STARTS_WITHIN });
    await use(page);
    expect(faults, "the page threw nothing").toEqual([]);
  },
});

async function startWindow(home: string): Promise<EditorServer> {
  const electron = findElectron();
  if (electron === null) throw new Error(NO_ELECTRON);
  const workflows = join(home, "workflows");
  mkdirSync(workflows, { recursive: true });
  const app = await startDesktop(electron, home);
  const window = await app.firstWindow();
  await window.emulateMedia({ reducedMotion: "reduce" });
  const process = app.process();
  const closed = app.waitForEvent("close");
  return {
    pid: process.pid ?? 0,
    home,
    workflows,
    address: window.url(),
    window,
    stop: () => app.close(),
    async kill() {
      process.kill("SIGKILL");
      await closed;
    },
  };
}

export async function startServer(home: string): Promise<EditorServer> {
  const workflows = join(home, "workflows");
  mkdirSync(workflows, { recursive: true });
  const child = spawn(process.execPath, [commandFile(), "serve", "--port", "0", "--json"], {
    // Machines differ in their Vulkan drivers, and what is offered and shown with them: here none is found.
    env: { ...process.env, RENEG_HOME: home, VK_ICD_FILENAMES: join(home, "no-driver.json") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let [output, errors] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const printed = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`reneg serve printed no address:\n${errors}`)), STARTS_WITHIN);
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.trimEnd().endsWith("}")) return;
      clearTimeout(late);
      resolve(output);
    });
    void closed.then(() => reject(new Error(`reneg serve ended:\n${errors}`)));
  });
  return {
    pid: child.pid ?? 0,
    home,
    workflows,
    address: address.parse(JSON.parse(printed)).address,
    window: null,
    async stop() {
      child.kill("SIGTERM");
      await closed;
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

const end = z.object({ node: z.string(), port: z.string() });
/** As much of a workflow file as the tests look at. */
export const workflowFile = z.looseObject({
  graph: z.looseObject({
    nodes: z.record(z.string(), z.looseObject({ type: z.string(), params: z.record(z.string(), z.unknown()) })),
    edges: z.record(z.string(), z.looseObject({ from: end, to: end })),
  }),
  view: z.looseObject({ nodes: z.record(z.string(), z.looseObject({ x: z.number(), y: z.number() })) }),
});
export type WorkflowFile = z.output<typeof workflowFile>;

export function readWorkflowFile(file: string): WorkflowFile {
  return workflowFile.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** The workflow that learns on emoji, without what compares and evaluates at its end. */
export function emojiWorkflow(): WorkflowFile {
  const workflow = firstWorkflow();
  removeNodes(workflow, ["compare", "evaluate", "held-out-prompts"]);
  return workflow;
}

/** With their wires. */
export function removeNodes({ graph, view }: WorkflowFile, ids: readonly string[]): void {
  for (const id of ids) {
    delete graph.nodes[id];
    delete view.nodes[id];
    for (const [edge, { from, to }] of Object.entries(graph.edges)) {
      if (from.node === id || to.node === id) delete graph.edges[edge];
    }
  }
}

/** The workflow of the first start, as it comes with the program. */
export function firstWorkflow(): WorkflowFile {
  const folder = join(import.meta.dirname, "../resources/workflows");
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(".reneg.json"))
    .map((name) => workflowFile.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))))
    .find(({ meta }) => z.object({ name: z.string() }).parse(meta).name === "Learn on emoji");
  if (found === undefined) throw new Error("resources/workflows has no workflow that learns on emoji");
  return found;
}

export function setParams(workflow: WorkflowFile, params: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  for (const [id, changes] of Object.entries(params)) Object.assign(workflow.graph.nodes[id]?.params ?? {}, changes);
}

/** As little of everything as is still a run of several seconds. */
export function writeSmallWorkflow(server: EditorServer, name: string, steps: number, batch = 2): string {
  const workflow = emojiWorkflow();
  setParams(workflow, {
    sampler: { steps: 6, lastSteps: 2, gradientSteps: 2 },
    // More than looks best: there is more to learn, and a few steps show it.
    cfg: { scale: 7.5 },
    prompts: { text: "a red apple\nrocket\npizza", file: undefined },
    optimizer: { steps, batch, microBatch: batch, learningRate: 0.05 },
    preview: { every: 2, count: 1 },
    save: { every: 1 },
    "preview-prompts": { text: "a red apple\nrocket" },
  });
  workflow.graph.nodes["evaluate"] = { type: "evaluation/evaluate", version: 1, params: { first: 2, count: 2 } };
  workflow.graph.edges["evaluate-learned"] = {
    from: { node: "optimizer", port: "embedding" },
    to: { node: "evaluate", port: "learned" },
  };
  workflow.graph.edges["evaluate-prompts"] = {
    from: { node: "preview-prompts", port: "prompts" },
    to: { node: "evaluate", port: "prompts" },
  };
  workflow.view.nodes["evaluate"] = { x: 1840, y: 480 };
  return writeWorkflow(server, name, workflow);
}

export function writeWorkflow(server: EditorServer, name: string, workflow: WorkflowFile): string {
  const file = join(server.workflows, `${name}.reneg.json`);
  writeFileSync(file, JSON.stringify(workflow));
  return file;
}

export async function openWorkflow(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+o");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `${name}.reneg.json` })
    .click();
  await expect(tabOf(page, name)).toHaveAttribute("aria-current", "page");
}

/** Under a name that is not taken yet, where workflows are kept. */
export async function saveAs(page: Page, server: EditorServer, name: string): Promise<string> {
  await page.keyboard.press("Control+Shift+s");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(`${name}.reneg.json`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expectSaved(page);
  return join(server.workflows, `${name}.reneg.json`);
}

export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
  await expectSaved(page);
}

export async function expectSaved(page: Page): Promise<void> {
  await expect(page.getByTestId("save-state")).toContainText(/^Saved/);
}

export async function newWorkflow(page: Page): Promise<void> {
  await runCommand(page, "New workflow");
  await expect(page.getByText("An empty canvas")).toBeVisible();
}

/** By the list of all commands, as one does by keyboard. */
export async function runCommand(page: Page, command: string): Promise<void> {
  // Under a dialog that is just closing the keys are not the page's yet.
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await choose(page, command);
}

/** In the list that is open: types, and takes the first that is found. */
export async function choose(page: Page, words: string): Promise<void> {
  const field = page.getByRole("dialog").getByRole("combobox");
  await expect(field).toBeFocused();
  await page.keyboard.type(words);
  await expect(page.getByRole("dialog").getByRole("option", { selected: true })).toHaveCount(1);
  await page.keyboard.press("Enter");
}

export function nodeOf(page: Page, id: string): Locator {
  return page.locator(`.react-flow__node [data-node-id="${id}"]`);
}

export function tabOf(page: Page, name: string): Locator {
  return page.locator(".rs-tab-name", { hasText: name });
}

/** A click on the panel that is shown hides it, and the program may show it meanwhile. */
export async function showPanel(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("tab", { name });
  await expect(async () => {
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
    await expect(tab).toHaveAttribute("aria-selected", "true", { timeout: 1000 });
  }).toPass();
}

/** The workflow that is open. Its run is shown. */
export async function train(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await showPanel(page, "Run");
}

/** As when a file is dragged from a folder onto the window. */
export async function dropFile(page: Page, name: string, content: Buffer): Promise<void> {
  await dropFiles(page, [{ name, content }], { x: 0, y: 0 });
}

interface DroppedFile {
  readonly name: string;
  readonly content: Buffer;
  /** Filled up with zeros to so many. */
  readonly bytes?: number;
}

/** @param at on the canvas, in pixels from its corner */
export async function dropFiles(
  page: Page,
  files: readonly DroppedFile[],
  at: { readonly x: number; readonly y: number },
): Promise<void> {
  const given = files.map(({ name, content, bytes }) => ({ name, content: content.toString("base64"), bytes }));
  // As text, because the tests know nothing of a page's own types.
  const data = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const { name, content, bytes } of ${JSON.stringify(given)}) {
      const given = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const whole = new Uint8Array(bytes ?? given.length);
      whole.set(given);
      transfer.items.add(new File([whole], name));
    }
    return transfer;
  })()`);
  const canvas = page.locator(".react-flow, .rs-canvas").first();
  const box = await canvas.boundingBox();
  const place = { clientX: (box?.x ?? 0) + at.x, clientY: (box?.y ?? 0) + at.y };
  await canvas.dispatchEvent("drop", { dataTransfer: data, ...place });
}

/** What is wired to what, by node type: two graphs of one meaning have the same, whatever the ids. */
export function wiring({ graph }: WorkflowFile): string[] {
  const name = ({ node, port }: z.output<typeof end>): string => `${graph.nodes[node]?.type}.${port}`;
  return Object.values(graph.edges)
    .map(({ from, to }) => `${name(from)} → ${name(to)}`)
    .toSorted();
}
