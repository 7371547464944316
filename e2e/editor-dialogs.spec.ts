// Dialogs by keyboard: each takes the focus, shows where it is, answers Escape and Enter, and gives the focus back.

import { expect, type Page } from "@playwright/test";
import { newWorkflow, nodeOf, openWorkflow, runCommand, showPanel, test, writeSmallWorkflow } from "./editor-app.ts";
import { trainToEnd } from "./shown-run.ts";

/** Keys on the canvas, and the dialog that they open. */
const DIALOGS = [
  ["Control+Shift+o", "Templates"],
  ["?", "Keyboard shortcuts"],
  ["Control+k", "All commands"],
  ["Control+o", "Open"],
  ["Control+Shift+s", "Save workflow"],
  ["c", /^Which port of /],
  ["v", "Vary parameters"],
] as const;

test("each dialog takes the focus, shows where it is, and gives it back on Escape", async ({ page }) => {
  await page.keyboard.press("n");
  for (const [keys, name] of DIALOGS) {
    await page.keyboard.press(keys);
    await expectByKeyboard(page, name);
    await expect.poll(() => isFocusIn(page, '[data-region="canvas"]'), `focus after ${name}`).toBe(true);
  }
  await runCommand(page, "Queue of workers…");
  await expectByKeyboard(page, "Queue of workers");
  await expect.poll(() => isFocusIn(page, '[data-region="canvas"]'), "focus after the queue").toBe(true);
  await page.keyboard.press("Tab");
  const palette = page.getByRole("dialog", { name: "Add a node" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
  await page.keyboard.press("Control+f");
  const find = page.getByRole("search", { name: "Find nodes" });
  await page.keyboard.type("unet");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(find, "also from its buttons").toHaveCount(0);
});

test("Tab goes past nodes and wires to all that stands around them, and shows where it is", async ({ page }) => {
  // Until the files are looked at, the foot says so instead.
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();
  await page.getByRole("searchbox", { name: "Search nodes" }).or(page.getByLabel("Search nodes")).first().focus();
  const seen: string[] = [];
  for (let i = 0; i < 120 && !seen.includes("Keyboard shortcuts ?"); i++) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect(await hasRing(page), `ring after ${seen.at(-1) ?? "the search"}`).toBe(true);
    seen.push(
      String(
        await page.evaluate("(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()"),
      ),
    );
  }
  for (const name of ["Zoom in", "Show or hide the panels", "No problems", "Keyboard shortcuts ?"])
    expect(seen).toContain(name);
});

test("Enter loses nothing, and a choice of files that is given up closes no dialog", async ({ page }) => {
  await newWorkflow(page);
  await page.keyboard.press("Tab");
  await page.keyboard.type("cfg");
  await page.keyboard.press("Enter");
  await expect(page.locator(".rs-node")).toHaveCount(1);
  await runCommand(page, "Close workflow");
  const question = page.getByRole("dialog", { name: /^Close / });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  await expect(page.locator(".rs-node")).toHaveCount(1);

  await page.keyboard.press("Control+o");
  const open = page.getByRole("dialog", { name: "Open" });
  const files = open.locator("input[type=file]");
  await expect(files).toHaveCount(1);
  await files.dispatchEvent("cancel", { bubbles: true });
  await page.keyboard.press("Tab");
  await expect(open).toBeVisible();
});

test("Enter in a field and Ctrl+Enter in a text press the primary button", async ({ page, server }) => {
  writeSmallWorkflow(server, "small", 2);
  await openWorkflow(page, "small");
  await trainToEnd(page, 1);
  const applies = page.locator(".rs-run-bar").getByRole("button", { name: "Apply to…" });
  await applies.press("Enter");
  // While models are looked for, the dialog has one stop alone, and Tab goes on to the browser's own bars.
  await expect(
    page
      .getByRole("dialog", { name: /^Apply / })
      .getByRole("radio")
      .first(),
  ).toBeVisible();
  await expectByKeyboard(page, /^Apply /);
  await expect(applies).toBeFocused();
  await showPanel(page, "Gallery");
  const card = page.locator(".rs-run-card");
  const dialog = page.getByRole("dialog");
  await card.getByRole("button", { name: "Notes and tags…" }).click();
  await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
  await dialog.getByRole("textbox", { name: "Name" }).fill("renamed");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(card).toContainText("renamed");
  await card.getByRole("button", { name: "Notes and tags…" }).click();
  await dialog.getByRole("textbox", { name: "Notes" }).fill("first");
  await page.keyboard.press("Enter");
  await page.keyboard.type("second");
  await page.keyboard.press("Control+Enter");
  await expect(dialog).toHaveCount(0);
  await expect(card.locator(".rs-run-card-notes")).toHaveText("first\nsecond");
});

test("who wants less motion sees none, whatever a style says", async ({ page }) => {
  await expect(nodeOf(page, "unet")).toBeVisible();
  const moving = await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".rs-node, .rs-node::before { content: ''; transition: opacity 1s; animation: spin 1s infinite } @keyframes spin {}");
    document.adoptedStyleSheets.push(sheet);
    const node = document.querySelector(".rs-node");
    return [undefined, "::before"].flatMap((part) => {
      const { animationName, transitionDuration } = getComputedStyle(node, part);
      return animationName === "none" && transitionDuration === "0s" ? [] : [part ?? "itself"];
    });
  })()`);
  expect(moving).toEqual([]);
});

/** The dialog that has opened takes the focus, shows where it is, and goes on Escape. */
async function expectByKeyboard(page: Page, name: string | RegExp): Promise<void> {
  const dialog = page.getByRole("dialog", { name });
  await expect(dialog).toBeVisible();
  await expect.poll(() => isFocusIn(page, "dialog[open]"), `focus in ${name}`).toBe(true);
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press("Tab");
    expect(await hasRing(page), `ring in ${name} after ${i + 1} times Tab`).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
}

function isFocusIn(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`document.activeElement.closest(${JSON.stringify(selector)}) !== null`);
}

/** On what has the focus, if anything of the page has it. */
function hasRing(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const focused = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return focused === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) > 0);
  })()`);
}
