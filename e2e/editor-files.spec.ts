// Files that are not as they should be: missing, changed by others, unsaved, newer than the program.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import {
  emojiWorkflow,
  expectSaved,
  nodeOf,
  openWorkflow,
  readWorkflowFile,
  save,
  saveAs,
  setParams,
  showPanel,
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
  const banner = page.locator(".problems-missing");
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
  await expect(page.getByText("No problems: ready to learn.")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Train" })).toBeEnabled();
  await save(page);
  const { graph } = readWorkflowFile(join(server.workflows, "lost.reneg.json"));
  expect(graph.nodes["pipeline"]?.params["path"]).toMatch(/a-model$/);
});

test("a file that another program changed is not overwritten without asking", async ({ page, server }) => {
  const file = await saveAs(page, server, "ours");
  const theirs = readFileSync(file, "utf8").replace('"scale": 3', '"scale": 3.25');
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
  await expect(page.locator(".problems")).toContainText("future/oracle");
  await nudge(page, "cfg");
  await save(page);
  const saved = readWorkflowFile(file);
  expect(saved.graph.nodes["oracle"]).toEqual(strange);
  expect(saved.graph.edges["oracle-image"]).toEqual(workflow.graph.edges["oracle-image"]);
});

async function nudge(page: Page, id: string): Promise<void> {
  await nodeOf(page, id).locator(".node-title").click();
  await page.keyboard.press("ArrowDown");
}
