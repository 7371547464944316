// Choosing, grouping, naming and placing nodes, with the pointer where a person would put it.

import { expect, type Locator, type Page } from "@playwright/test";
import { choose, newWorkflow, nodeOf, readWorkflowFile, runCommand, saveAs, test } from "./editor-app.ts";

const pane = (page: Page): Locator => page.locator(".react-flow__pane");
const titleOf = (page: Page, id: string): Locator => nodeOf(page, id).locator(".rs-node-title");
const selected = (page: Page): Locator => page.locator(".react-flow__node .rs-is-selected");

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(what: Locator): Promise<Rectangle> {
  const box = await what.boundingBox();
  if (box === null) throw new Error("it is not drawn");
  return box;
}

/** From a little outside of the first node to a little outside of the last. */
async function boxAround(page: Page, first: string, last: string): Promise<void> {
  const [from, to] = [await boxOf(nodeOf(page, first)), await boxOf(nodeOf(page, last))];
  await page.keyboard.down("Shift");
  await page.mouse.move(from.x - 6, from.y - 6);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width + 4, to.y + to.height + 4, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
}

async function dragBy(page: Page, what: Locator, dx: number, dy: number): Promise<void> {
  const box = await boxOf(what);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy, { steps: 8 });
  await page.mouse.up();
}

function overlapping(boxes: readonly Rectangle[]): number {
  const touch = (a: Rectangle, b: Rectangle): boolean =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => touch(a, b))).length;
}

for (const [what, act] of [
  ["being grouped", (page: Page) => page.keyboard.press("g")],
  ["being duplicated", (page: Page) => page.keyboard.press("Control+d")],
  ["being pasted", (page: Page) => page.keyboard.press("Control+c").then(() => page.keyboard.press("Control+v"))],
  ["being aligned", (page: Page) => page.keyboard.press("Alt+w")],
  ["being collapsed", (page: Page) => page.keyboard.press("x")],
  ["an undo", (page: Page) => page.keyboard.press("m").then(() => page.keyboard.press("Control+z"))],
] as const) {
  test(`what a box has chosen can be clicked after ${what}`, async ({ page }) => {
    await boxAround(page, "cfg", "sampler");
    await expect(selected(page)).toHaveCount(2);
    await act(page);
    await nodeOf(page, "cfg").locator(".rs-node-title").click();
    await expect(selected(page)).toHaveCount(1);
    await expect(nodeOf(page, "cfg")).toHaveClass(/rs-is-selected/);
  });
}

test("Shift adds a click and a box to what is selected, Control takes a click away again", async ({ page }) => {
  await titleOf(page, "prompts").click();
  await titleOf(page, "encoder").click({ modifiers: ["Shift"] });
  await titleOf(page, "encoder").click({ modifiers: ["Shift"] });
  await expect(selected(page)).toHaveCount(2);
  await boxAround(page, "cfg", "sampler");
  await expect(selected(page)).toHaveCount(4);
  await titleOf(page, "encoder").click({ modifiers: ["Control"] });
  await expect(selected(page)).toHaveCount(3);
  await expect(nodeOf(page, "encoder")).not.toHaveClass(/rs-is-selected/);
  await page.keyboard.press("Alt+n");
  await expect(selected(page)).toHaveCount(4);
});

test("a group moves what lies in it, is named where it stands, and is taken apart or deleted with all of it", async ({
  page,
}) => {
  await boxAround(page, "cfg", "sampler");
  await page.keyboard.press("g");
  const group = nodeOf(page, "group");
  const before = await boxOf(nodeOf(page, "cfg"));
  await dragBy(page, group.locator(".rs-group-title"), 0, -60);
  const after = await boxOf(nodeOf(page, "cfg"));
  expect(after.y - before.y).toBeLessThan(-40);
  expect(after.x).toBeCloseTo(before.x, 0);
  await group.locator(".rs-group-name").dblclick();
  await page.keyboard.type("Guidance");
  await page.keyboard.press("Enter");
  await expect(group).toContainText("Guidance");

  const corner = page.locator(".rs-frame-handles .react-flow__resize-control.handle.bottom.left");
  const size = await boxOf(group);
  await dragBy(page, corner, -40, 30);
  const larger = await boxOf(group);
  expect(larger.width - size.width).toBeGreaterThan(25);
  expect(larger.height - size.height).toBeGreaterThan(18);

  await page.keyboard.press("Shift+g");
  await expect(page.locator(".rs-group")).toHaveCount(0);
  await expect(nodeOf(page, "cfg")).toBeVisible();
  await page.keyboard.press("Control+z");
  await titleOf(page, "prompts").click();
  await group.locator(".rs-group-name").click();
  await page.keyboard.press("Shift+Delete");
  await expect(nodeOf(page, "cfg")).toHaveCount(0);
  await expect(nodeOf(page, "decoder")).toBeVisible();
});

test("a frame that is resized from its left is one step of the history, and what lies in it stays", async ({
  page,
}) => {
  await boxAround(page, "cfg", "sampler");
  await page.keyboard.press("g");
  const before = await boxOf(nodeOf(page, "cfg"));
  await dragBy(page, page.locator(".rs-frame-handles .react-flow__resize-control.handle.top.left"), -30, -20);
  const after = await boxOf(nodeOf(page, "cfg"));
  expect([after.x, after.y].map(Math.round)).toEqual([before.x, before.y].map(Math.round));
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(page.locator(".rs-group")).toHaveCount(0);
});

test("a copy is dragged away with Alt, with the wires that lead in, and what it was copied from stays", async ({
  page,
  server,
}) => {
  const before = await boxOf(nodeOf(page, "preview"));
  await page.keyboard.down("Alt");
  await dragBy(page, titleOf(page, "preview"), 130, -20);
  await page.keyboard.up("Alt");
  expect(await boxOf(nodeOf(page, "preview"))).toEqual(before);
  await expect(nodeOf(page, "preview-2")).toHaveClass(/rs-is-selected/);
  const { graph } = readWorkflowFile(await saveAs(page, server, "copied"));
  const into = (id: string) => Object.values(graph.edges).filter(({ to }) => to.node === id);
  expect(into("preview-2").map(({ from }) => from)).toEqual(into("preview").map(({ from }) => from));
});

test("new nodes lie on nothing, in view and selected, however they come", async ({ page }) => {
  const shipped = await page.locator(".rs-node").count();
  const library = page.getByRole("complementary", { name: "Library" });
  for (let i = 0; i < 3; i++) {
    await library.getByRole("button", { name: "Sampler", exact: true }).click();
    await expect(selected(page)).toHaveCount(1);
    await expect(selected(page)).toBeInViewport({ ratio: 0.99 });
  }
  await runCommand(page, "Add a node…");
  await choose(page, "CFG");
  await page.keyboard.press("Control+d");
  await expect(selected(page)).toBeInViewport({ ratio: 0.99 });
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Control+v");
  await expect(selected(page)).toBeInViewport({ ratio: 0.99 });
  await page.keyboard.press("f");
  await expect(page.locator(".rs-node")).toHaveCount(shipped + 3 + 4);
  const cards = await page.locator(".rs-node").all();
  expect(overlapping(await Promise.all(cards.map(boxOf)))).toBe(0);
});

test("a node is added and filled in by keyboard alone: arrows choose, Enter adds, Tab leads to its first parameter", async ({
  page,
}) => {
  await page.getByRole("button", { name: "New workflow" }).click();
  await expect(page.getByText("An empty canvas")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.type("sampler");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(selected(page)).toHaveCount(1);
  await page.keyboard.press("Tab");
  await expect(page.locator(".rs-node input:focus, .rs-node select:focus")).toHaveCount(1);
  await page.keyboard.press("Escape");
  // Where nothing new waits to be filled in, Tab adds.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
});

test("a name and a colour are given, shown, copied, saved and undone", async ({ page, server }) => {
  await titleOf(page, "sampler").click();
  await page.keyboard.press("F2");
  await page.keyboard.type("Fast one");
  await page.keyboard.press("Enter");
  await expect(titleOf(page, "sampler")).toContainText("Fast one");
  await page.keyboard.press("Shift+c");
  await page.getByRole("menuitemcheckbox", { name: "Teal" }).click();
  await expect(nodeOf(page, "sampler")).toHaveAttribute("data-colour", "teal");
  await page.keyboard.press("Control+d");
  const { view } = readWorkflowFile(await saveAs(page, server, "painted"));
  expect(view.nodes["sampler"]).toMatchObject({ name: "Fast one", colour: "teal" });
  expect(view.nodes["sampler-2"]).toMatchObject({ name: "Fast one", colour: "teal" });
  for (let i = 0; i < 3; i++) await page.keyboard.press("Control+z");
  await expect(titleOf(page, "sampler")).toHaveText("Sampler");
  await expect(nodeOf(page, "sampler")).not.toHaveAttribute("data-colour");
});

test("nodes are found by name, type and value, one after another", async ({ page }) => {
  await page.keyboard.press("Control+f");
  const find = page.getByRole("search", { name: "Find nodes" });
  await expect(find.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("reward");
  await expect(find.getByRole("status")).toContainText(/^1 of /);
  await expect(selected(page)).toHaveCount(1);
  await expect(selected(page)).toBeInViewport({ ratio: 0.99 });
  const first = await selected(page).getAttribute("data-node-id");
  await page.keyboard.press("Enter");
  await expect(find.getByRole("status")).toContainText(/^2 of /);
  expect(await selected(page).getAttribute("data-node-id")).not.toBe(first);
  await find.getByRole("textbox").fill("rewards/held-out");
  await expect(nodeOf(page, "held-out")).toHaveClass(/rs-is-selected/);
  await page.keyboard.press("Escape");
  await expect(find).toHaveCount(0);
  // The keys are the canvas' again, with what was found selected.
  await page.keyboard.press("m");
  await expect(nodeOf(page, "held-out")).toHaveClass(/rs-is-muted/);
});

test("what several nodes have in common is changed in all, and set back to its default", async ({ page, server }) => {
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await titleOf(page, "reward").click();
  await titleOf(page, "held-out").click({ modifiers: ["Shift"] });
  const model = inspector.getByLabel("Model", { exact: true });
  await expect(model).toHaveAttribute("placeholder", "Different values");
  await model.fill("pickscore");
  await page.locator(":focus").blur();
  const { graph } = readWorkflowFile(await saveAs(page, server, "several"));
  expect(["reward", "held-out"].map((id) => graph.nodes[id]?.params["path"])).toEqual(["pickscore", "pickscore"]);

  await titleOf(page, "cfg").click();
  const scale = inspector.getByLabel("Guidance scale", { exact: true });
  const before = await scale.inputValue();
  await scale.fill("3.5");
  await page.locator(":focus").blur();
  await nodeOf(page, "cfg").locator('[data-param="scale"]').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Back to its default" }).click();
  expect(Number(await scale.inputValue())).not.toBe(3.5);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(scale).toHaveValue(before);
});

test("the zoom steps from stop to stop, by button and by key, and is chosen from a menu", async ({ page }) => {
  const zoom = page.getByRole("group", { name: "Zoom" });
  await zoom.getByRole("button", { name: /^Zoom: / }).click();
  await page.getByRole("menuitem", { name: "Zoom to 100 %" }).click();
  await expect(zoom).toContainText("100 %");
  for (const next of ["125 %", "150 %"]) {
    await zoom.getByRole("button", { name: "Zoom in" }).click();
    await expect(zoom).toContainText(next);
  }
  await pane(page).click({ position: { x: 300, y: 8 } });
  for (const next of ["125 %", "100 %", "80 %", "67 %"]) {
    await page.keyboard.press("-");
    await expect(zoom).toContainText(next);
  }
});

test("a long name leaves its tab's × in reach, and tabs are closed by the middle button and moved by keys", async ({
  page,
  server,
}) => {
  const long = "a workflow with a name that is much longer than any tab could ever be made to show";
  await saveAs(page, server, long);
  await newWorkflow(page);
  const tabs = page.locator(".rs-tab");
  await expect(tabs).toHaveCount(2);
  const name = page.getByRole("button", { name: long, exact: true });
  await expect(name).toHaveAttribute("title", long);
  expect((await boxOf(tabs.first())).width).toBeLessThan(240);
  await expect(page.getByRole("button", { name: `Close ${long}` })).toBeInViewport({ ratio: 0.99 });
  await page.keyboard.press("Control+Shift+PageUp");
  await expect(tabs.last().locator(".rs-tab-name")).toHaveAttribute("title", long);
  await name.click({ button: "middle" });
  await expect(tabs).toHaveCount(1);
});

test("at 800 × 600 with the highest panels all is in reach, and panels can be put away", async ({ page }) => {
  await runCommand(page, "History");
  const handle = page.getByRole("separator", { name: "Height of the panels" });
  await handle.focus();
  for (let i = 0; i < 25; i++) await page.keyboard.press("ArrowUp");
  await page.setViewportSize({ width: 800, height: 600 });
  await expect(page.getByRole("contentinfo")).toBeInViewport({ ratio: 0.99 });
  await expect(handle).toBeInViewport();
  expect((await boxOf(page.locator(".rs-canvas"))).height).toBeGreaterThan(150);
  expect((await boxOf(page.locator(".rs-canvas"))).width).toBeGreaterThan(200);
  await expect(page.getByRole("button", { name: "Train" })).toBeInViewport({ ratio: 0.99 });
  const before = await boxOf(page.locator(".rs-canvas"));
  await page.getByRole("button", { name: "Library", exact: true }).click();
  await expect.poll(async () => (await boxOf(page.locator(".rs-canvas"))).width).not.toBe(before.width);
  await page.getByRole("button", { name: "Show or hide the panels" }).click();
  expect((await boxOf(page.locator(".rs-canvas"))).height).toBeGreaterThan(400);
});

test("a note is written where it stands, and grows until all of it is read", async ({ page }) => {
  await newWorkflow(page);
  await runCommand(page, "Add a node…");
  await choose(page, "Note");
  await nodeOf(page, "note").dblclick();
  const words = Array.from({ length: 12 }, (_, i) => `line ${i}`);
  await page.keyboard.insertText(words.join("\n"));
  await pane(page).click({ position: { x: 12, y: 12 } });
  const note = nodeOf(page, "note").locator(".rs-note-text");
  await expect(note).toContainText("line 11");
  await expect(note).toBeVisible();
  const hidden = `(() => {
    const { scrollHeight, clientHeight } = document.querySelector(".rs-note-text");
    return scrollHeight - clientHeight;
  })()`;
  expect(await page.evaluate(hidden)).toBe(0);
});
