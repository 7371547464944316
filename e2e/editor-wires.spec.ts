// Wires by mouse, aimed as people aim; and that ports and wires are seen where they are said to be.

import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { choose, newWorkflow, nodeOf, runCommand, test } from "./editor-app.ts";
import {
  aimAtBody,
  aimAtPort,
  canvasAtRest,
  dragTo,
  expectPortsSeen,
  expectWiresOnPorts,
  pull,
  type ScreenPoint,
} from "./wires-and-ports.ts";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
] as const;

test("each port is seen and each wire ends on it, at every size and zoom, light and dark", async ({ page }) => {
  test.slow();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const expectAll = async (state: string): Promise<void> => {
        const named = `${state}, ${colorScheme}, ${size.width}`;
        await expectWiresOnPorts(page, named);
        await expectPortsSeen(page, named);
      };
      await runCommand(page, "Show everything");
      await expectAll("all in view");
      await nodeOf(page, "cfg").locator(".rs-node-title").click();
      await runCommand(page, "Zoom to selection");
      await expectAll("near");
      await page.keyboard.press("x");
      await expectAll("collapsed");
      await page.keyboard.press("x");
      const title = await nodeOf(page, "cfg").locator(".rs-node-title").boundingBox();
      if (title === null) throw new Error("the node has no title");
      const at = { x: title.x + title.width / 2, y: title.y + title.height / 2 };
      await dragTo(page, at, { x: at.x + 40, y: at.y + 60 });
      await expectAll("dragged");
      await page.keyboard.press("Control+z");
      await runCommand(page, "Show everything");
      await runCommand(page, "Zoom out");
      await expectAll("far");
    }
  }
});

test("a wire goes to a port by its dot, its label, the node around it, or beside it", async ({ page }) => {
  await runCommand(page, "Show everything");
  for (const aim of [
    () => aimAtPort(page, "preview", "input", "image"),
    () => aimAtPort(page, "preview", "input", "image", "near miss"),
    () => aimAtBody(page, "preview"),
    () => titleOf(page, "preview"),
  ]) {
    await removeWire(page, "preview", "image");
    await expect(wireTo(page, "preview image")).toHaveCount(0);
    await pull(page, await aimAtPort(page, "decoder", "output", "image"), await aim());
    // What letting go would hit is shown before.
    await expect(port(page, "preview", "image")).toHaveAttribute("data-part", "hit");
    await expect(port(page, "sampler", "guided")).toHaveAttribute("data-part", "unfit");
    await page.mouse.up();
    await expect(wireTo(page, "preview image")).toHaveAttribute("data-from", "decoder image");
  }
});

test("the label of a port takes a wire, and the dot of one that does not fit says why", async ({ page }) => {
  await newWorkflow(page);
  await addNodes(page, [
    ["Sampler", { x: 80, y: 80 }],
    ["VAE Decoder", { x: 480, y: 80 }],
  ]);
  const start = await aimAtPort(page, "sampler", "output", "latent");
  await pull(page, start, await aimAtPort(page, "vae-decoder", "input", "vae"));
  await expect(page.locator(".rs-wire-refusal")).toContainText("VAE takes a vae, but gets a latent");
  const latent = await aimAtPort(page, "vae-decoder", "input", "latent", "label");
  await page.mouse.move(latent.x, latent.y, { steps: 4 });
  await expect(page.locator(".rs-wire-refusal")).toHaveCount(0);
  await page.mouse.up();
  await expect(wireTo(page, "vae-decoder latent")).toHaveCount(1);

  await addNodes(page, [["Prompts", { x: 80, y: 330 }]]);
  await dragTo(page, start, await aimAtBody(page, "prompts"));
  await expect(page.getByRole("region", { name: "Messages" })).toContainText(
    "Prompts has no input that takes a latent",
  );
});

test("a wired input gives its wire away: to another port, to nothing, or back by Escape; each is one step", async ({
  page,
}) => {
  await runCommand(page, "Show everything");
  const all = await page.locator(".react-flow__edge").count();
  const input = await aimAtPort(page, "save", "input", "embedding");
  await pull(page, input, { x: input.x, y: input.y + 160 });
  await expect(wireTo(page, "save embedding")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(wireTo(page, "save embedding")).toHaveCount(1);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await dragTo(page, input, { x: input.x, y: input.y + 160 });
  await expect(page.locator(".react-flow__edge")).toHaveCount(all - 1);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(all);

  await dragTo(
    page,
    await aimAtPort(page, "optimizer", "input", "objective"),
    await aimAtPort(page, "optimizer", "input", "watched"),
  );
  await expect(wireTo(page, "optimizer objective")).toHaveCount(0);
  // Held-out takes any number of wires.
  await expect(wireTo(page, "optimizer watched")).toHaveCount(2);
  await expect(wiresFrom(page, "reward score")).toHaveAttribute("data-to", "optimizer watched");
  await page.keyboard.press("Control+z");
  await expect(wireTo(page, "optimizer objective")).toHaveAttribute("data-from", "reward score");
  await expect(wireTo(page, "optimizer watched")).toHaveCount(1);
});

test("with Shift all wires of an output go to another one, in one step", async ({ page }) => {
  await newWorkflow(page);
  await addNodes(page, [
    ["Prompts", { x: 80, y: 80 }],
    ["Prompts", { x: 80, y: 330 }],
    ["Encoder", { x: 480, y: 80 }],
    ["Preview", { x: 480, y: 330 }],
  ]);
  const first = await aimAtPort(page, "prompts", "output", "prompts");
  await dragTo(page, first, await aimAtBody(page, "encoder"));
  await dragTo(page, first, await aimAtBody(page, "preview"));
  await expect(wiresFrom(page, "prompts prompts")).toHaveCount(2);
  await page.keyboard.down("Shift");
  await dragTo(page, first, await aimAtBody(page, "prompts-2"));
  await page.keyboard.up("Shift");
  await expect(wiresFrom(page, "prompts-2 prompts")).toHaveCount(2);
  await expect(wiresFrom(page, "prompts prompts")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(wiresFrom(page, "prompts prompts")).toHaveCount(2);
});

test("a wire let go on the canvas asks for a node there, whose port comes to lie where it was let go", async ({
  page,
}) => {
  await newWorkflow(page);
  await addNodes(page, [["Pipeline", { x: 80, y: 80 }]]);
  const start = await aimAtPort(page, "pipeline", "output", "vae");
  const goal = { x: start.x + 260, y: start.y + 120 };
  await dragTo(page, start, goal);
  const search = page.getByRole("dialog");
  await expect(search).toContainText("Add a node that fits vae");
  // Nothing is darkened, and the wire waits.
  await expect(page.locator(".rs-wire-line")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(search).toHaveCount(0);
  await expect(page.locator(".rs-wire-line")).toHaveCount(0);
  await expect(page.locator(".rs-node")).toHaveCount(1);

  await dragTo(page, start, goal);
  await choose(page, "VAE Decoder");
  await expect(wireTo(page, "vae-decoder vae")).toHaveCount(1);
  const placed = await aimAtPort(page, "vae-decoder", "input", "vae");
  expect(Math.hypot(placed.x - goal.x, placed.y - goal.y)).toBeLessThan(3);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".rs-node")).toHaveCount(1);
});

test("a node with several free ports that fit asks which, beside the pointer", async ({ page }) => {
  await newWorkflow(page);
  await addNodes(page, [
    ["Reward", { x: 80, y: 80 }],
    ["Combine Rewards", { x: 480, y: 80 }],
  ]);
  const target = await aimAtBody(page, "combine");
  await dragTo(page, await aimAtPort(page, "model", "output", "score"), target);
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  await expect(page.locator(".rs-wire-line")).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await expect(page.locator(".rs-wire-line")).toHaveCount(0);
});

test("a node is inserted into the wire that it is dragged onto, by menu and by keyboard", async ({ page }) => {
  await runCommand(page, "Show everything");
  const wire = page.locator('.react-flow__edge [data-from="optimizer embedding"][data-to="save embedding"]');
  await page
    .getByRole("complementary", { name: "Library" })
    .getByRole("button", { name: "NegEmbedding", exact: true })
    .dragTo(page.locator(".react-flow__pane"), {
      targetPosition: await middleOfWire(page, "optimizer embedding", "save embedding"),
    });
  await expect(wire).toHaveCount(0);
  await expect(page.locator('.react-flow__edge [data-to="save embedding"]')).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(wire).toHaveCount(1);

  await nodeOf(page, "save").locator(".rs-node-title").click();
  await page.keyboard.press("w");
  await page.keyboard.press("i");
  await expect(page.getByRole("dialog")).toContainText("Insert a node into a wire of embedding");
  await choose(page, "NegEmbedding");
  await expect(wire).toHaveCount(0);
  await expect(page.locator('.react-flow__edge [data-to="save embedding"]')).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(wire).toHaveCount(1);
});

test("a node without wires is inserted into the wire that it is dragged onto, which shows it before", async ({
  page,
}) => {
  await newWorkflow(page);
  await addNodes(page, [
    ["Load Embedding", { x: 60, y: 60 }],
    ["Save Embedding", { x: 640, y: 60 }],
    ["NegEmbedding", { x: 340, y: 400 }],
  ]);
  await dragTo(page, await aimAtPort(page, "load", "output", "embedding"), await aimAtBody(page, "save"));
  const wire = page.locator('.react-flow__edge [data-from="load embedding"][data-to="save embedding"]');
  await expect(wire).toHaveCount(1);
  const title = await titleOf(page, "negative");
  const goal = await aimAtPort(page, "load", "output", "embedding");
  await pull(page, title, { x: title.x, y: goal.y });
  await expect(page.locator(".rs-wire.rs-is-hit")).toHaveCount(1);
  await page.mouse.up();
  await expect(wire).toHaveCount(0);
  await expect(wireTo(page, "save embedding")).toHaveAttribute("data-from", "negative embedding");
  await expect(wiresFrom(page, "load embedding")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(wire).toHaveCount(1);
});

test("a message is counted, not piled up, covers no port, and is closed by keyboard", async ({ page }) => {
  await runCommand(page, "Show everything");
  const [from, to] = [
    await aimAtPort(page, "pipeline", "output", "vae"),
    await aimAtPort(page, "sampler", "input", "guided"),
  ];
  const messages = page.getByRole("region", { name: "Messages" });
  for (const count of ["gets a vae", "× 2", "× 3"]) {
    await dragTo(page, from, to);
    await expect(messages).toContainText(count);
  }
  await expect(messages.getByRole("alert")).toHaveCount(1);
  await expectPortsSeen(page, "with a message");
  await page.keyboard.press("Shift+Escape");
  await expect(messages.getByRole("alert")).toHaveCount(0);
  await page.getByRole("tab", { name: "Problems" }).click();
  await expect(page.getByRole("region", { name: "Messages before" })).toContainText("gets a vae");
});

function wireTo(page: Page, end: string) {
  return page.locator(`.react-flow__edge [data-to="${end}"]`);
}

function wiresFrom(page: Page, end: string) {
  return page.locator(`.react-flow__edge [data-from="${end}"]`);
}

function port(page: Page, node: string, name: string) {
  return page.locator(`.rs-node[data-node-id="${node}"] .rs-port[data-side="input"][data-port="${name}"]`);
}

/** As one does it: pulled off and let go over nothing, above all nodes. */
async function removeWire(page: Page, node: string, name: string): Promise<void> {
  const from = await aimAtPort(page, node, "input", name);
  const pane = await page.locator(".react-flow__pane").boundingBox();
  if (pane === null) throw new Error("the canvas has no size");
  await dragTo(page, from, { x: pane.x + pane.width / 2, y: pane.y + 50 });
}

async function titleOf(page: Page, node: string): Promise<ScreenPoint> {
  await canvasAtRest(page);
  const box = await nodeOf(page, node).locator(".rs-node-title").boundingBox();
  if (box === null) throw new Error(`${node} has no title`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function addNodes(page: Page, nodes: readonly (readonly [title: string, at: ScreenPoint])[]): Promise<void> {
  for (const [title, at] of nodes) {
    await page.locator(".react-flow__pane").dblclick({ position: at });
    await choose(page, title);
  }
}

/** From the corner of the canvas. */
async function middleOfWire(page: Page, from: string, to: string): Promise<ScreenPoint> {
  return z.object({ x: z.number(), y: z.number() }).parse(
    await page.evaluate(`(() => {
      const path = document.querySelector('[data-from="${from}"][data-to="${to}"] .react-flow__edge-path');
      const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      const pane = document.querySelector(".react-flow__pane").getBoundingClientRect();
      return { x: at.x - pane.x, y: at.y - pane.y };
    })()`),
  );
}
