// Finding and choosing as a person does: by mouse, by dropping files, by what a template says that it needs.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import {
  dropFiles,
  emojiWorkflow,
  newWorkflow,
  nodeOf,
  openWorkflow,
  readWorkflowFile,
  runCommand,
  saveAs,
  setParams,
  showPanel,
  test,
  writeWorkflow,
} from "./editor-app.ts";
import { writeFloats } from "./safetensors.ts";

const PARQUET = join(import.meta.dirname, "../src-main/preferences/testing/pick-a-pic-snappy.parquet");
const FIXTURES = join(import.meta.dirname, "../bench/parity/fixtures");

/** A folder that the test has to itself. */
function folderFor(name: string): string {
  return mkdtempSync(join(tmpdir(), `reneg-${name}-`));
}

async function pick(page: Page, node: string, param: string, option: string): Promise<void> {
  await nodeOf(page, node).locator(".rs-node-title").click();
  await page.getByRole("button", { name: `Choose ${param} from a list` }).click();
  await page.getByRole("option", { name: option }).first().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test("model, rewards and prompts are chosen by mouse, and the workflow then trains", async ({ page, server }) => {
  const workflow = emojiWorkflow();
  setParams(workflow, {
    sampler: { steps: 6, lastSteps: 2, gradient: "one late step" },
    optimizer: { steps: 2, batch: 2, microBatch: 2 },
  });
  for (const [node, param] of [
    ["pipeline", "path"],
    ["reward", "path"],
    ["held-out", "path"],
    ["prompts", "file"],
  ] as const)
    delete workflow.graph.nodes[node]?.params[param];
  writeWorkflow(server, "nothing chosen", workflow);
  await openWorkflow(page, "nothing chosen");
  await expect(page.getByRole("tab", { name: /Problems/ })).toContainText("4");

  await pick(page, "pipeline", "Model", "Emoji pipeline");
  await pick(page, "reward", "Model", "Emoji preference");
  await pick(page, "held-out", "Model", "Held-out emoji preference");
  await pick(page, "prompts", "File", "Emoji prompts");
  await pick(page, "negative", "Initial prompt", "Blurry, low quality");
  await expect(page.getByRole("tab", { name: /Problems/ })).not.toContainText("1");
  const { graph } = readWorkflowFile(await saveAs(page, server, "all chosen"));
  expect([
    graph.nodes["pipeline"],
    graph.nodes["reward"],
    graph.nodes["prompts"],
    graph.nodes["negative"],
  ]).toMatchObject([
    { params: { path: "emoji" } },
    { params: { path: "emoji:rewards/preference" } },
    { params: { file: "emoji:prompts/train.txt" } },
    { params: { text: "blurry, low quality" } },
  ]);
  await page.getByRole("button", { name: "Train" }).click();
  await expect(page.locator(".rs-run-card, .rs-gallery-card, [role=tab][aria-selected=true]").first()).toBeVisible();
  await expect
    .poll(() => page.evaluate("document.body.innerText"), { timeout: 90_000 })
    .toMatch(/2 of 2|2\/2|Done|done/);
});

test("the list is gone through by keyboard, says what does not fit and why, and takes a path that is typed", async ({
  page,
  server,
}) => {
  const models = folderFor("models");
  writeFloats(join(models, "style.safetensors"), {
    "lora_unet_down_blocks_0.lora_down.weight": { shape: [4, 32], value: 0 },
  });
  writeFileSync(join(server.home, "models.json"), JSON.stringify({ folders: [models] }));
  await nodeOf(page, "pipeline").locator(".rs-node-title").click();
  await page.getByRole("textbox", { name: "Model", exact: true }).press("Alt+ArrowDown");
  const lora = page.getByRole("option", { name: /style/ });
  await expect(lora).toHaveAttribute("aria-disabled", "true");
  await expect(lora).toContainText("A LoRA: choose it in a Load LoRA node.");
  await expect(page.getByRole("dialog").getByRole("option", { selected: true })).toContainText(
    "Emoji pipeline (chosen)",
  );
  await expectNoViolations(page);
  await page.keyboard.type("/models/elsewhere");
  await expect(page.getByRole("dialog").getByRole("option", { selected: true })).toContainText(
    "Use “/models/elsewhere”",
  );
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Model", exact: true })).toHaveValue("/models/elsewhere");
  rmSync(models, { recursive: true });
});

test("dropped files become nodes where they are dropped, as one step, and what cannot be used is told", async ({
  page,
}) => {
  const folder = folderFor("dropped");
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("animals.txt"), "a cat\na dog\n");
  writeFloats(at("negative.safetensors"), { conditioning: { shape: [1, 77, 128], value: 0.5 } });
  writeFloats(at("style.safetensors"), { "lora_unet_down_blocks_0.hada_w1_a": { shape: [4, 32], value: 0 } });
  await newWorkflow(page);
  await dropFiles(
    page,
    ["animals.txt", "negative.safetensors", "style.safetensors"].map((name) => ({
      name,
      content: readFileSync(at(name)),
    })),
    { x: 300, y: 200 },
  );
  await expect(page.locator(".rs-node")).toHaveCount(2);
  await expect(nodeOf(page, "prompts")).toContainText("animals.txt");
  await expect(nodeOf(page, "load")).toContainText("negative.safetensors");
  await expect(page.getByText(/style \(LyCORIS adapter\) cannot be used/)).toBeVisible();
  const left = async (of: Locator): Promise<number> => (await of.boundingBox())?.x ?? NaN;
  // A node has its place when the canvas has measured it.
  await expect
    .poll(async () => Math.abs((await left(nodeOf(page, "prompts"))) - (await left(page.locator(".react-flow"))) - 300))
    .toBeLessThan(40);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".rs-node")).toHaveCount(0);
  rmSync(folder, { recursive: true });
});

test("a dropped table of pairs in Parquet is imported and becomes a node", async ({ page }) => {
  await newWorkflow(page);
  await dropFiles(page, [{ name: "pick-a-pic.parquet", content: readFileSync(PARQUET) }], { x: 300, y: 200 });
  await expect(nodeOf(page, "preference-pairs")).toContainText(/pick-a-pic-[0-9a-f]{8}/);
});

test("a table in Parquet that a node names is imported from Problems, as a step that can be undone", async ({
  page,
  server,
}) => {
  const table = join(server.workflows, "pick-a-pic.parquet");
  copyFileSync(PARQUET, table);
  const workflow = readWorkflowFile(join(import.meta.dirname, "../resources/workflows/train-reward.reneg.json"));
  const [id = ""] = Object.entries(workflow.graph.nodes).flatMap(([node, { type }]) =>
    type === "reward/preference-pairs" ? [node] : [],
  );
  setParams(workflow, { [id]: { source: table } });
  writeWorkflow(server, "own pairs", workflow);
  await openWorkflow(page, "own pairs");
  await showPanel(page, "Problems");
  const problem = page.getByText(/table in Parquet is not learned from as it is/i);
  await expect(problem.first()).toBeVisible();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(problem).toHaveCount(0);
  await expect(nodeOf(page, id)).toContainText(/pick-a-pic-[0-9a-f]{8}/);
  await page.keyboard.press("Control+z");
  await expect(nodeOf(page, id)).toContainText("pick-a-pic.parquet");
});

test("a large dropped file is not copied: the user says where it lies, and it is used from there", async ({
  page,
  server,
}) => {
  const list = join(server.workflows, "list.txt");
  writeFileSync(list, "a cat\n");
  await newWorkflow(page);
  await dropFiles(page, [{ name: "huge.safetensors", content: Buffer.alloc(16), bytes: 65e6 }], { x: 300, y: 200 });
  const dialog = page.getByRole("dialog", { name: "Where does it lie?" });
  await expect(dialog).toContainText("Nothing is copied");
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Say where huge.safetensors lies" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Path of a folder or file" }).fill(list);
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Add to the workflow" }).click();
  await expect(nodeOf(page, "prompts")).toContainText("list.txt");
});

test("a template says what to get and where from, and sees a model as soon as it is there", async ({
  page,
  server,
}) => {
  const models = folderFor("to-get");
  writeFileSync(join(server.home, "models.json"), JSON.stringify({ folders: [models] }));
  await runCommand(page, "Templates…");
  await page.getByRole("button", { name: /Stable Diffusion 1.5, quickly/ }).click();
  const dialog = page.getByRole("dialog", { name: "Models to get" });
  await expect(dialog.getByRole("region", { name: "For Reward", exact: true })).toContainText(
    "HPSv2.1 · 2.0 GB · Apache-2.0",
  );
  await expect(dialog.getByRole("link", { name: /xswu\/HPSv2/ })).toHaveAttribute(
    "href",
    "https://huggingface.co/xswu/HPSv2",
  );
  await expectNoViolations(page);
  putReward(models);
  await dialog.getByRole("button", { name: "Check again" }).click();
  await expect(dialog.getByText("HPSv2.1", { exact: false })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(nodeOf(page, "reward")).toContainText("HPS_v2.1_tiny.pt");
  await expect(page.getByText("prompts:parti-prompts.txt is not here")).toHaveCount(0);
  rmSync(models, { recursive: true });
});

/** A small one of the kind that the template asks for. */
function putReward(folder: string): void {
  const { rewards, vocabulary } = z
    .object({
      rewards: z.array(z.object({ name: z.string(), files: z.record(z.string(), z.unknown()) })),
      vocabulary: z.unknown(),
    })
    .parse(JSON.parse(readFileSync(join(FIXTURES, "rewards.json"), "utf8")));
  const own = join(folder, "hps");
  mkdirSync(own);
  const files = rewards.find(({ name }) => name === "reward-hps-torch")?.files ?? {};
  for (const [name, content] of Object.entries(files)) writeFileSync(join(own, name), JSON.stringify(content));
  writeFileSync(join(own, "vocab.json"), JSON.stringify(vocabulary));
  writeFileSync(join(own, "merges.txt"), "#version: 0.2\n");
  copyFileSync(join(FIXTURES, "rewards/HPS_v2.1_tiny.pt"), join(own, "HPS_v2.1_tiny.pt"));
}
