// Files that are not as they should be: missing, changed by others, unsaved, newer than the program.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import {
  dropFile,
  emojiWorkflow,
  expectSaved,
  nodeOf,
  openWorkflow,
  readWorkflowFile,
  runCommand,
  save,
  saveAs,
  setParams,
  showPanel,
  startServer,
  tabOf,
  test,
  writeWorkflow,
} from "./editor-app.ts";

const EMOJI = join(import.meta.dirname, "../resources/emoji/pipeline");

test("a model that is missing is named, and is chosen in the file dialog", async ({ page, server }) => {
  const workflow = emojiWorkflow();
  setParams(workflow, { pipeline: { path: "gone/some-model" } });
  writeWorkflow(server, "lost", workflow);
  cpSync(EMOJI, join(server.workflows, "a-model"), { recursive: true });
  await openWorkflow(page, "lost");
  await showPanel(page, "Problems");
  const banner = page.locator(".rs-problems-missing");
  await expect(banner).toContainText("1 file is missing", { timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Train" })).toBeDisabled();

  await banner.getByRole("button", { name: "Find missing files…" }).click();
  const dialog = page.getByRole("dialog", { name: "Missing files" });
  await expect(dialog).toContainText("some-model");
  await dialog.getByRole("button", { name: "Choose some-model…" }).click();
  const picker = page.getByRole("dialog", { name: "Choose a folder" });
  await picker.getByRole("button", { name: "a-model/" }).click();
  await picker.getByRole("button", { name: "Choose this folder" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("No problems: ready to train.")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Train" })).toBeEnabled();
  await save(page);
  const { graph } = readWorkflowFile(join(server.workflows, "lost.reneg.json"));
  expect(graph.nodes["pipeline"]?.params["path"]).toMatch(/a-model$/);
});

test("a file that another program changed is not overwritten without asking", async ({ page, server }) => {
  const file = await saveAs(page, server, "ours");
  const theirs = readFileSync(file, "utf8").replace(/"scale": \d+/, '"scale": 3.25');
  writeFileSync(file, theirs);
  await nudge(page, "cfg");
  await page.keyboard.press("Control+s");
  const question = page.getByRole("dialog", { name: "The file was changed by another program" });
  await expect(question).toContainText("ours");
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(readFileSync(file, "utf8")).toBe(theirs);
  await expect(page.getByTestId("save-state")).toContainText("Changes not saved");

  await page.keyboard.press("Control+s");
  await question.getByRole("button", { name: "Overwrite it" }).click();
  await expectSaved(page);
  expect(readFileSync(file, "utf8")).not.toContain("3.25");
});

test("what was never saved is there again when the page is opened anew", async ({ page, server, context, shell }) => {
  test.skip(shell === "desktop", "the desktop app's window is its only page");
  await nudge(page, "cfg");
  await page.keyboard.press("m");
  await expect(page.getByTestId("save-state")).toContainText("A draft is kept");
  await page.close();
  const again = await context.newPage();
  await again.goto(new URL("/", server.address).href);
  await expect(tabOf(again, "Learn on emoji")).toBeVisible();
  await expect(nodeOf(again, "cfg")).toContainText("Muted");
  await expect(again.getByTestId("save-state")).toContainText("Not saved yet");
});

test("a program that is killed has lost nothing when it starts again, and what was done is undone as before", async ({
  page,
  server,
  shell,
}) => {
  test.skip(shell === "desktop", "the test starts a second program in the first one's home");
  await mute(page, "cfg");
  await mute(page, "sampler");
  await mute(page, "decoder");
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("save-state")).toContainText("A draft is kept");
  await server.kill();
  await expect(page.getByRole("alert")).toContainText("connection", { ignoreCase: true });

  const again = await startServer(server.home);
  try {
    await page.goto(again.address);
    await expect(nodeOf(page, "sampler")).toContainText("Muted");
    await expect(nodeOf(page, "cfg")).toContainText("Muted");
    await expect(nodeOf(page, "decoder")).not.toContainText("Muted");
    await showPanel(page, "History");
    await expect(page.locator(".rs-history-step")).toHaveCount(4);
    await page.locator(".rs-canvas").focus();
    await page.keyboard.press("Control+Shift+z");
    await expect(nodeOf(page, "decoder")).toContainText("Muted");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Control+z");
    await expect(nodeOf(page, "cfg")).not.toContainText("Muted");
  } finally {
    await again.stop();
  }
});

test("two windows keep their tabs apart, and the next one opens what both had", async ({
  page,
  server,
  context,
  shell,
}) => {
  test.skip(shell === "desktop", "the desktop app has one window");
  await mute(page, "cfg");
  const other = await context.newPage();
  await other.goto(new URL("/", server.address).href);
  await mute(other, "sampler");
  for (const window of [page, other]) {
    await expect(window.getByTestId("save-state")).toContainText("A draft is kept");
    await expect(window.locator(".rs-tab")).toHaveCount(1);
  }
  await page.close();
  await other.close();
  const next = await context.newPage();
  await next.goto(new URL("/", server.address).href);
  await expect(next.locator(".rs-tab")).toHaveCount(2, { timeout: 30_000 });
  await expect(nodeOf(next, "sampler")).toContainText("Muted");
  await expect(nodeOf(next, "cfg")).not.toContainText("Muted");
});

test("a workflow from which nothing was learned is shared as a bundle", async ({ page, shell }) => {
  test.skip(shell === "desktop", "Playwright is told of no downloads by Electron");
  await mute(page, "cfg");
  const download = page.waitForEvent("download");
  await runCommand(page, "Export bundle…");
  const bundle = test.info().outputPath("shared.zip");
  await (await download).saveAs(bundle);
  await dropFile(page, "shared.zip", readFileSync(bundle));
  await expect(page.locator(".rs-tab")).toHaveCount(2);
  await expect(nodeOf(page, "cfg")).toContainText("Muted");
  await expect(page.locator(".rs-node")).toHaveCount(17);
});

test("where a dropped workflow leads is not looked at before its folder is allowed, and agreeing can be undone", async ({
  page,
}) => {
  const list = test.info().outputPath("words.txt");
  writeFileSync(list, "a cat\n");
  const workflow = emojiWorkflow();
  setParams(workflow, { prompts: { file: list } });
  await dropFile(page, "shared.reneg.json", Buffer.from(JSON.stringify(workflow)));
  const question = page.getByRole("dialog", { name: "The workflow names a file outside of its folder" });
  await expect(question).toContainText(list);
  await question.getByRole("button", { name: "Not now" }).click();
  await showPanel(page, "Problems");
  const problems = page.locator(".rs-problems");
  await expect(problems).toContainText("nothing looks at it before you agree");
  await expect(page.getByRole("button", { name: "Train" })).toBeDisabled();

  // As long as nobody has agreed, browsing does not begin there either.
  await nodeOf(page, "prompts").locator(".rs-node-title").click();
  await page.getByRole("button", { name: "Choose File from a list" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Browse…" }).click();
  const picker = page.getByRole("dialog", { name: "Choose a file" });
  await expect(picker.getByLabel("Path of a folder or file")).toHaveValue(/workflows$/);
  await page.keyboard.press("Escape");
  await expect(picker).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await problems.getByRole("button", { name: "Allow this folder" }).click();
  await expect(page.getByText("No problems: ready to train.")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Train" })).toBeEnabled();
  await page.keyboard.press("Control+z");
  await expect(problems).toContainText("nothing looks at it before you agree");
  await expect(page.getByRole("button", { name: "Train" })).toBeDisabled();
  await page.keyboard.press("Control+Shift+z");
  await expect(page.getByRole("button", { name: "Train" })).toBeEnabled({ timeout: 60_000 });
});

test("what is pasted from elsewhere asks as a dropped workflow does, and what was copied here does not", async ({
  page,
}) => {
  const list = test.info().outputPath("words.txt");
  writeFileSync(list, "a cat\n");
  const { format, formatVersion, graph } = emojiWorkflow();
  const prompts = { ...graph.nodes["prompts"], params: { file: list } };
  const nodes = {
    format,
    formatVersion,
    graph: { nodes: { prompts }, edges: {} },
    view: { nodes: { prompts: { x: 0, y: 0 } } },
  };
  await paste(page, JSON.stringify({ format: "reneg-workflow-nodes", workflow: nodes }));
  const question = page.getByRole("dialog", { name: "The workflow names a file outside of its folder" });
  await question.getByRole("button", { name: "Allow this folder" }).click();
  await expect(question).toHaveCount(0);

  await page.locator(".rs-canvas").focus();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(page.locator(".rs-node", { hasText: "words.txt" })).toHaveCount(2);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await showPanel(page, "Problems");
  await expect(page.getByText("No problems: ready to train.")).toBeVisible({ timeout: 60_000 });
});

/** As when the text was copied in another program. */
async function paste(page: Page, words: string): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ${JSON.stringify(words)});
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  })()`);
}

test("a node of an unknown type is shown as unknown and kept when the file is saved", async ({ page, server }) => {
  const workflow = emojiWorkflow();
  const strange = { type: "future/oracle", version: 7, params: { depth: { of: ["thought"] } }, colour: "ultraviolet" };
  workflow.graph.nodes["oracle"] = strange;
  workflow.graph.edges["oracle-image"] = {
    from: { node: "decoder", port: "image" },
    to: { node: "oracle", port: "image" },
  };
  const file = writeWorkflow(server, "newer", workflow);
  await openWorkflow(page, "newer");
  await expect(nodeOf(page, "oracle")).toContainText("Unknown node");
  await showPanel(page, "Problems");
  await expect(page.locator(".rs-problems")).toContainText("future/oracle");
  await nudge(page, "cfg");
  await save(page);
  const saved = readWorkflowFile(file);
  expect(saved.graph.nodes["oracle"]).toEqual(strange);
  expect(saved.graph.edges["oracle-image"]).toEqual(workflow.graph.edges["oracle-image"]);
});

async function mute(page: Page, id: string): Promise<void> {
  await nodeOf(page, id).locator(".rs-node-title").click();
  await page.keyboard.press("m");
  await expect(nodeOf(page, id)).toContainText("Muted");
}

async function nudge(page: Page, id: string): Promise<void> {
  await nodeOf(page, id).locator(".rs-node-title").click();
  await page.keyboard.press("ArrowDown");
}
