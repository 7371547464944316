// Wiring a graph: by mouse, by keyboard alone, wrongly, backwards and forwards in its history, and through a file.

import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { buildByKeyboard, type GraphWire, selectedId } from "./build-graph.ts";
import {
  choose,
  emojiWorkflow,
  newWorkflow,
  nodeOf,
  openWorkflow,
  readWorkflowFile,
  save,
  saveAs,
  showPanel,
  tabOf,
  test,
  wiring,
} from "./editor-app.ts";
import { aimAtBody, aimAtPort, dragTo } from "./wires-and-ports.ts";

/** The nodes of the emoji workflow, with the column and row where one puts them, and what one has to choose: by its path, and in a list. */
const NODES = [
  { id: "prompts", title: "Prompts", at: [0, 0], chosen: ["File", "emoji:prompts/train.txt", "Emoji prompts"] },
  { id: "pipeline", title: "Pipeline", at: [0, 1], chosen: ["Model", "emoji", "Emoji pipeline"] },
  { id: "encoder", title: "Encoder", at: [1, 0] },
  { id: "unet", title: "UNet", at: [1, 1] },
  { id: "neg", title: "NegEmbedding", at: [1, 2] },
  { id: "cfg", title: "CFG", at: [2, 0.5] },
  { id: "sampler", title: "Sampler", at: [2, 1.6] },
  { id: "decoder", title: "VAE Decoder", at: [3, 0] },
  { id: "reward", title: "Reward", at: [3, 1], chosen: ["Model", "emoji:rewards/preference", "Emoji preference"] },
  { id: "heldOut", title: "Reward", at: [3, 2.2], chosen: ["Model", "emoji:rewards/held-out", "Held-out"] },
  { id: "optimizer", title: "NegEmbedding-Optimizer", at: [4, 0] },
  { id: "save", title: "Save Embedding", at: [4, 1.3] },
  { id: "drawn", title: "Prompts", at: [0, 2.2], chosen: ["File", "emoji:prompts/train.txt", "Emoji prompts"] },
  { id: "preview", title: "Preview", at: [4, 2.3] },
] as const;
type Id = (typeof NODES)[number]["id"];

const WIRES: readonly GraphWire<Id>[] = [
  ["prompts", "prompts", "encoder", "prompts"],
  ["pipeline", "encoder", "encoder", "encoder"],
  ["pipeline", "unet", "unet", "unet"],
  ["pipeline", "encoder", "neg", "encoder"],
  ["unet", "model", "cfg", "model"],
  ["encoder", "condition", "cfg", "positive"],
  ["neg", "embedding", "cfg", "negative"],
  ["cfg", "guided", "sampler", "guided"],
  ["pipeline", "vae", "decoder", "vae"],
  ["sampler", "latent", "decoder", "latent"],
  ["decoder", "image", "reward", "image"],
  ["decoder", "image", "heldOut", "image"],
  ["reward", "score", "optimizer", "objective"],
  ["neg", "embedding", "optimizer", "parameter"],
  ["heldOut", "score", "optimizer", "watched"],
  ["optimizer", "embedding", "save", "embedding"],
  ["decoder", "image", "preview", "image"],
  ["drawn", "prompts", "preview", "prompts"],
];
/** How one aims, in turns. A node's body will do where one input of it fits, and where the wire cannot be meant for another. */
const AIMS = ["label", "near miss", "dot"] as const;
const BY_BODY: ReadonlySet<string> = new Set([
  "unet unet",
  "sampler guided",
  "reward image",
  "save embedding",
  "preview image",
]);

test("the emoji graph is built from an empty canvas by mouse alone, in two minutes, and nothing is typed", async ({
  page,
  server,
}) => {
  const began = performance.now();
  await page.getByRole("button", { name: "New workflow" }).click();
  await expect(page.getByText("An empty canvas")).toBeVisible();
  const pane = page.locator(".react-flow__pane");
  await pane.hover();
  for (let i = 0; i < 3; i++) await page.mouse.wheel(0, 120);
  const ids = new Map<Id, string>();
  for (const { id, title, at, ...rest } of NODES) {
    const [column, row] = at;
    await page
      .getByRole("complementary", { name: "Library" })
      .getByRole("button", { name: title, exact: true })
      .dragTo(pane, { targetPosition: { x: 40 + column * 178, y: 20 + row * 150 } });
    ids.set(id, await selectedId(page));
    if ("chosen" in rest) await pickFromList(page, rest.chosen[0], rest.chosen[2]);
  }
  for (const [i, [from, output, to, input]] of WIRES.entries()) {
    const [source, target] = [ids.get(from) ?? "", ids.get(to) ?? ""];
    const aim = BY_BODY.has(`${to} ${input}`)
      ? await aimAtBody(page, target)
      : await aimAtPort(page, target, "input", input, AIMS[i % AIMS.length]);
    await dragTo(page, await aimAtPort(page, source, "output", output), aim);
    const wire = `.react-flow__edge [data-from="${source} ${output}"][data-to="${target} ${input}"]`;
    await expect(page.locator(wire)).toHaveCount(1);
  }
  await expect(page.locator(".react-flow__edge")).toHaveCount(WIRES.length);
  await showPanel(page, "Problems");
  await expect(page.getByText("No problems: ready to train.")).toBeVisible();
  expect(performance.now() - began, "milliseconds").toBeLessThan(120_000);

  const file = await saveAs(page, server, "by mouse");
  expect(wiring(readWorkflowFile(file))).toEqual(wiring(emojiWorkflow()));
  await page.getByRole("button", { name: "Close by mouse" }).click();
  await expect(tabOf(page, "by mouse")).toHaveCount(0);
  await openWorkflow(page, "by mouse");
  await expect(page.locator(".rs-node")).toHaveCount(NODES.length);
  await expect(page.locator(".react-flow__edge")).toHaveCount(WIRES.length);
});

test("a node is dragged from the library, and a wire that ends on nothing asks for a node that fits", async ({
  page,
}) => {
  await newWorkflow(page);
  await page
    .getByRole("complementary", { name: "Library" })
    .getByRole("button", { name: "Pipeline" })
    .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 200, y: 150 } });
  const pipeline = await selectedId(page);
  const port = nodeOf(page, pipeline).locator('[data-handleid="vae"]');
  await port.hover();
  await page.mouse.down();
  await page.mouse.move(900, 300, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole("dialog")).toContainText("Add a node that fits vae");
  await choose(page, "VAE Decoder");
  await expect(page.locator(".rs-node")).toHaveCount(2);
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
});

test("the emoji graph is built from an empty canvas by keyboard alone", async ({ page, server }) => {
  await newWorkflow(page);
  await buildByKeyboard<Id>(page, NODES, WIRES);
  await showPanel(page, "Problems");
  await expect(page.getByText("No problems: ready to train.")).toBeVisible();
  const file = await saveAs(page, server, "by keyboard");
  expect(wiring(readWorkflowFile(file))).toEqual(wiring(emojiWorkflow()));
});

test("text that a library hands to the browser as markup stays text", async ({ page }) => {
  const seen = await page.evaluate(`(() => {
    const element = document.createElement("p");
    element.innerHTML = "<img src=x> & more";
    return [element.childElementCount, element.textContent];
  })()`);
  expect(seen).toEqual([0, "<img src=x> & more"]);
});

test("a wrong wire is not made, and the reason is told", async ({ page }) => {
  await expect(page.locator(".react-flow__edge")).toHaveCount(22);
  await drag(page, "pipeline", "vae", "sampler", "guided");
  const message = page.getByRole("region", { name: "Messages" }).getByRole("alert");
  await expect(message).toContainText("Guided noise takes a prediction, but gets a vae");
  await expect(message).toContainText("CFG or Guidance Rescale gives one");
  await expect(page.locator(".react-flow__edge")).toHaveCount(22);

  // A dialog puts all else out of reach, but not what is told meanwhile.
  await page.keyboard.press("Control+k");
  await message.getByRole("button", { name: "Close" }).click();
  await expect(message).toHaveCount(0);
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("what is selected is told to those who hear the page", async ({ page }) => {
  const told = page.getByRole("region", { name: "Canvas" }).getByRole("status");
  await nodeOf(page, "cfg").locator(".rs-node-title").click();
  await expect(told).toHaveText("CFG");
  await page.keyboard.press("b");
  await expect(told).toHaveText("CFG, Bypassed");
  await page.keyboard.press("n");
  await expect(told).toHaveText("Sampler, 1 problem");
  await page.keyboard.press("Control+a");
  await expect(told).toHaveText("18 nodes selected");
});

test("30 mixed actions are undone to the same file, and redone to the same file", async ({ page, server }) => {
  const file = await saveAs(page, server, "history");
  const before = JSON.parse(readFileSync(file, "utf8"));
  await doThirty(page);
  await showPanel(page, "History");
  await expect(page.getByRole("list", { name: "History" }).getByRole("button")).toHaveCount(31);
  await save(page);
  const after = JSON.parse(readFileSync(file, "utf8"));
  expect(after).not.toEqual(before);

  await leaveFields(page);
  for (let i = 0; i < 30; i++) await page.keyboard.press("Control+z");
  await save(page);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(before);

  for (let i = 0; i < 30; i++) await page.keyboard.press("Control+Shift+z");
  await save(page);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(after);
});

/** Five rounds of six: move, change, mute, delete, add, duplicate and more, each a step of the history. */
async function doThirty(page: Page): Promise<void> {
  const click = (id: string): Promise<void> => nodeOf(page, id).locator(".rs-node-title").click();
  const fill = async (id: string, label: string, value: string): Promise<void> => {
    await click(id);
    await page.getByRole("complementary", { name: "Inspector" }).getByLabel(label, { exact: true }).fill(value);
    await leaveFields(page);
  };
  const press = async (id: string, ...keys: readonly string[]): Promise<void> => {
    await click(id);
    for (const key of keys) await page.keyboard.press(key);
  };
  for (const [round, id] of ["cfg", "sampler", "decoder", "save", "encoder"].entries()) {
    await press(id, "ArrowDown", "ArrowDown"); // one step: arrows that follow each other are one move
    await press(id, "m");
    await press("unet", "x");
    await fill("optimizer", "Steps", String(20 + round));
    await press("preview", "Control+d");
    // What was duplicated is selected.
    await page.keyboard.press("Delete");
  }
}

/** Of the node that is selected. */
async function pickFromList(page: Page, param: string, option: string): Promise<void> {
  await page.getByRole("button", { name: `Choose ${param} from a list` }).click();
  await page.getByRole("option", { name: option }).first().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** No field has the keys any more; the selection stays. */
async function leaveFields(page: Page): Promise<void> {
  await page.locator(":focus").blur();
}

async function drag(page: Page, from: string, output: string, to: string, input: string): Promise<void> {
  await nodeOf(page, from).locator(`.source[data-handleid="${output}"]`).hover();
  await page.mouse.down();
  await nodeOf(page, to).locator(`.react-flow__handle.target[data-handleid="${input}"]`).hover();
  await page.mouse.up();
}
