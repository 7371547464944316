// From a learned embedding to videos: applied to the video model that comes with the program, played in step, and exported.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type JSHandle, type Locator, type Page } from "@playwright/test";
import sharp, { type Sharp } from "sharp";
import {
  type EditorServer,
  emojiWorkflow,
  openWorkflow,
  removeNodes,
  setParams,
  showPanel,
  test,
  type WorkflowFile,
  writeWorkflow,
} from "./editor-app.ts";
import { trainToEnd } from "./shown-run.ts";
import { probeVideo, readAnimatedPng, readVideo } from "./video-file.ts";

const LEARNS_WITHIN = 300_000;
const DRAWS_WITHIN = 400_000;
const PROMPT = "a red apple, bouncing";
const FRAMES = 4;
const FPS = 8;
const COLUMNS = ["none", "written", "learned"];
/** Of the emoji, and of three of them with four pixels of white between. */
const [SIDE, ROW] = [64, 200];

test("what was learned on pictures is applied to the video model, and three videos play in step and are exported", async ({
  page,
  server,
}) => {
  await learn(page, server);
  await showPanel(page, "Gallery");
  await page.locator(".rs-run-card").getByRole("button", { name: "Apply to…" }).click();
  const dialog = page.getByRole("dialog");
  await chooseVideo(dialog);
  await expect(dialog.getByRole("status", { name: "What it takes" })).toContainText(
    /needs .+ of memory|needs .+ that may be used/,
    {
      timeout: 60_000,
    },
  );
  await expect(dialog.getByRole("status", { name: "What it takes" })).toContainText("12 steps in all");
  await dialog.getByRole("button", { name: "Draw the comparison" }).click();

  const player = page.getByRole("region", { name: `Video: ${PROMPT}` });
  await expect(player.locator("canvas")).toHaveCount(3, { timeout: DRAWS_WITHIN });
  await expect(player.locator("figcaption")).toHaveText(["without", "handwritten", "learned"]);
  await expect(player).toContainText(`${FPS} fps`);

  const frames = await framesOnDisk(server);
  await expectShown(player, frames, 0);
  const [none = [], written = [], learned = []] = frames;
  expect(none.map((frame, i) => frame.equals(written[i] ?? frame) || frame.equals(learned[i] ?? frame))).toEqual(
    none.map(() => false),
  );
  await expectPlays(page, player, frames);

  await player.getByRole("button", { name: "Export…" }).click();
  await expectExports(player, frames);

  await test.step("it stays in the gallery, over a reload", async () => {
    await page.reload();
    await showPanel(page, "Gallery");
    await page.locator(".rs-run-card", { hasText: PROMPT }).getByRole("button", { name: "Play" }).click();
    await expect(player.locator("canvas")).toHaveCount(3);
    await expectShown(player, frames, 0);
  });
});

test("drawing is paused, goes on after a reload of the page, and a browser without an encoder is told of", async ({
  page,
  server,
}) => {
  // As in a Chromium that was built without H.264.
  await page.addInitScript(`
    const ask = VideoEncoder.isConfigSupported.bind(VideoEncoder);
    VideoEncoder.isConfigSupported = (config) =>
      config.codec.startsWith("avc") ? Promise.resolve({ supported: false, config }) : ask(config);
  `);
  await page.reload();
  await expect(page.locator(".rs-node").first()).toBeVisible();
  await learn(page, server);
  await page.locator(".rs-run-commands").getByRole("button", { name: "Apply to…" }).click();
  const dialog = page.getByRole("dialog");
  await chooseVideo(dialog, 12);
  await dialog.getByRole("button", { name: "Draw the comparison" }).click();
  await expect(dialog).toContainText(/step \d+ of 36/, { timeout: DRAWS_WITHIN });
  await dialog.getByRole("button", { name: "Pause" }).click();
  await expect(dialog).toContainText("Paused", { timeout: DRAWS_WITHIN });
  const paused = Number(/step (\d+) of/.exec(await dialog.innerText())?.[1]);
  expect(paused).toBeLessThan(36);

  await page.reload();
  await showPanel(page, "Run");
  await page.locator(".rs-job", { hasText: "Paused" }).click();
  const pane = page.locator(".rs-run-main");
  await expect(pane).toContainText(`step ${paused} of 36`);
  await pane.getByRole("button", { name: "Resume" }).click();
  const player = pane.getByRole("region", { name: `Video: ${PROMPT}` });
  await expect(player.locator("canvas")).toHaveCount(3, { timeout: DRAWS_WITHIN });

  await player.getByRole("button", { name: "Export…" }).click();
  await expect(player.getByRole("alert")).toContainText("This browser cannot encode H.264");
  await expect(player.getByRole("button", { name: "Save" })).toBeDisabled();
  await player.getByRole("button", { name: "Take WebM" }).click();
  const file = await exported(player, "WebM");
  await expectVideo(file, {
    codec: "vp9",
    fps: FPS,
    width: ROW,
    height: SIDE,
    frames: sideBySide(await framesOnDisk(server)),
  });
});

test("a text encoder that was learned is applied by its folder, and the model's own draws beside it", async ({
  page,
  server,
}) => {
  await learn(page, server, textEncoderWorkflow());
  await showPanel(page, "Gallery");
  await page.locator(".rs-run-card").getByRole("button", { name: "Apply to…" }).click();
  const dialog = page.getByRole("dialog");
  await chooseVideo(dialog);
  await dialog.getByRole("button", { name: "Draw the comparison" }).click();
  const player = page.getByRole("region", { name: `Video: ${PROMPT}` });
  await expect(player.locator("canvas")).toHaveCount(3, { timeout: DRAWS_WITHIN });
  const frames = await framesOnDisk(server);
  await expectShown(player, frames, 0);
  const [none = [], , learned = []] = frames;
  expect(none.map((frame, i) => frame.equals(learned[i] ?? frame))).toEqual(none.map(() => false));
});

/** By keys, by itself, by the slider; at the end the third frame is shown. */
async function expectPlays(page: Page, player: Locator, frames: readonly Buffer[][]): Promise<void> {
  await test.step("keys go from frame to frame, in all three at once", async () => {
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expectShown(player, frames, 2);
    await page.keyboard.press("ArrowLeft");
    await expectShown(player, frames, 1);
    await page.keyboard.press("End");
    await expectShown(player, frames, FRAMES - 1);
    await page.keyboard.press("ArrowRight");
    await expectShown(player, frames, 0);
  });
  await test.step("it plays, all three at the same frame whenever one looks", async () => {
    await page.keyboard.press(" ");
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          const shown = await shownFrames(player);
          expect(new Set(shown).size, `frames ${shown.join(", ")}`).toBe(1);
          seen.add(shown[0] ?? "");
          return seen.size;
        },
        { timeout: 60_000, intervals: [90] },
      )
      .toBeGreaterThan(2);
    await page.keyboard.press(" ");
    await expect(player.getByRole("button", { name: "Play" })).toBeVisible();
    const [held = ""] = await shownFrames(player);
    await expectShown(player, frames, Number(held));
  });
  await test.step("the slider goes to a frame", async () => {
    await player.getByRole("slider", { name: "Position in the video" }).fill("2");
    await expect(player).toContainText(`frame 3 of ${FRAMES}`);
    await expectShown(player, frames, 2);
  });

  await test.step("it ends on the last frame unless it loops, and begins anew from there", async () => {
    const play = player.getByRole("button", { name: "Play" });
    await player.getByRole("button", { name: "Loop" }).click();
    await play.click();
    await expect(play).toBeVisible();
    await expectShown(player, frames, FRAMES - 1);
    const seen = await watchFrames(player);
    await play.click();
    await expect.poll(() => seen.jsonValue()).toContain("0");
    await expect(play).toBeVisible();
    await expectShown(player, frames, FRAMES - 1);
    await player.getByRole("button", { name: "Loop" }).click();
    await player.getByRole("slider", { name: "Position in the video" }).fill("2");
    await expectShown(player, frames, 2);
  });
}

/** Side by side or alone. @param frames [column][frame], as they lie on disk */
async function expectExports(player: Locator, frames: readonly Buffer[][]): Promise<void> {
  const row = { frames: sideBySide(frames), fps: FPS, width: ROW, height: SIDE };
  const learned = frames[2] ?? [];
  await test.step("MP4", async () => {
    await expectVideo(await exported(player, "MP4 (H.264)"), { codec: "h264", ...row });
  });
  await test.step("WebM of one variant, enlarged", async () => {
    const file = await exported(player, "WebM", { what: "learned", size: /^4×/ });
    const enlarged = await Promise.all(learned.map((frame) => enlarge(frame, 4)));
    await expectVideo(file, { codec: "vp9", fps: FPS, width: 4 * SIDE, height: 4 * SIDE, frames: enlarged });
  });
  await test.step("WebP", async () => expectAnimation(await exported(player, "WebP, animated"), row));
  await test.step("GIF", async () => {
    // Its delays are whole hundredths of a second.
    await expectAnimation(await exported(player, "GIF, animated"), { ...row, fps: 1000 / 120 });
  });
  await test.step("animated PNG", async () => {
    const file = await exported(player, "PNG, animated");
    const { frames: drawn, fps, width, height } = await readAnimatedPng(file);
    expect({ fps, width, height }).toEqual({ fps: FPS, width: ROW, height: SIDE });
    expect(drawn.map((frame, i) => frame.equals(row.frames[i] ?? Buffer.alloc(0)))).toEqual(row.frames.map(() => true));
    expectDescribed(readFileSync(file, "latin1"));
  });
  await test.step("PNG of the frame that is shown", async () => {
    const file = await exported(player, "PNG of the frame that is shown", { what: "learned" });
    expect(await pixels(file)).toEqual(learned[2]);
  });
  await test.step("PNGs of all frames", async () => {
    const archive = readFileSync(await exported(player, "PNGs of all frames (ZIP)"), "latin1");
    const names = [...archive.matchAll(/PK\x01\x02[^]{42}(\d{4}\.png)/g)].map(([, name]) => name);
    expect(names).toEqual(["0001.png", "0002.png", "0003.png", "0004.png"]);
  });
}

/** In place of the embedding, the text encoder is learned; what stood on the negative side is the empty text. */
function textEncoderWorkflow(): WorkflowFile {
  const workflow = emojiWorkflow();
  removeNodes(workflow, ["negative"]);
  const { graph, view } = workflow;
  const node = (type: string, params = {}) => ({ type, version: 1, params });
  graph.nodes["reader"] = node("model/fine-tune-text-encoder");
  view.nodes["reader"] = { x: 0, y: 0 };
  graph.nodes["optimizer"] = node("learning/optimizer", { learningRate: 0.01 });
  const wires = Object.entries(graph.edges).filter(
    ([, { from, to }]) =>
      ![from, to].some(({ node: id, port }) => id === "optimizer" && port !== "objective" && port !== "watched"),
  );
  graph.edges = {
    ...Object.fromEntries(
      wires.map(([id, { from, to }]) => [
        id,
        { from: from.port === "encoder" ? { node: "reader", port: "encoder" } : from, to },
      ]),
    ),
    read: { from: { node: "pipeline", port: "encoder" }, to: { node: "reader", port: "encoder" } },
    learned: { from: { node: "reader", port: "encoder" }, to: { node: "optimizer", port: "first" } },
    saved: { from: { node: "optimizer", port: "first" }, to: { node: "save", port: "embedding" } },
  };
  return workflow;
}

async function learn(page: Page, server: EditorServer, workflow = emojiWorkflow()): Promise<void> {
  setParams(workflow, {
    sampler: { steps: 4, lastSteps: 1, gradient: "one late step" },
    optimizer: { steps: 1, batch: 1, microBatch: 1 },
    preview: { every: 1, count: 1 },
    "preview-prompts": { text: "a red apple" },
  });
  writeWorkflow(server, "brief", workflow);
  await openWorkflow(page, "brief");
  await trainToEnd(page, 1, LEARNS_WITHIN);
}

/** With as little of everything as is still a video. */
async function chooseVideo(dialog: Locator, steps = 4): Promise<void> {
  await dialog.getByRole("radio", { name: /video model/ }).check();
  await dialog.getByRole("textbox", { name: "Prompt" }).fill(PROMPT);
  await dialog.getByText("Settings", { exact: false }).first().click();
  await dialog.getByRole("spinbutton", { name: "Frames", exact: true }).fill(String(FRAMES));
  await dialog.getByRole("spinbutton", { name: "Frames a second" }).fill(String(FPS));
  await dialog.getByRole("spinbutton", { name: "Steps" }).fill(String(steps));
}

/** Pixels [column][frame], as the program has drawn them. */
async function framesOnDisk({ home }: EditorServer): Promise<Buffer[][]> {
  const runs = join(home, "runs");
  const run = readdirSync(runs).find((name) => readdirSync(join(runs, name)).includes("applied"));
  if (run === undefined) throw new Error("there is no application among the runs");
  return Promise.all(
    COLUMNS.map((column) => {
      const folder = join(runs, run, "applied", "frames", column);
      const names = readdirSync(folder).toSorted();
      expect(names).toHaveLength(FRAMES);
      return Promise.all(names.map((name) => pixels(join(folder, name))));
    }),
  );
}

/** Red, green, blue. */
function pixels(picture: string | Buffer | Sharp): Promise<Buffer> {
  const opened = typeof picture === "string" || Buffer.isBuffer(picture) ? sharp(picture) : picture;
  return opened.removeAlpha().raw().toBuffer();
}

function shownFrames(player: Locator): Promise<string[]> {
  return player
    .locator("canvas")
    .evaluateAll((canvases) => canvases.map((canvas) => canvas.getAttribute("data-frame") ?? ""));
}

/** The page's own; these tests are compiled without the types of a browser. */
declare class MutationObserver {
  constructor(note: () => void);
  observe(target: unknown, options: { attributeFilter: string[] }): void;
}

/** The frames that the first canvas shows from now on, however short. */
function watchFrames(player: Locator): Promise<JSHandle<string[]>> {
  return player
    .locator("canvas")
    .first()
    .evaluateHandle((canvas) => {
      const seen: string[] = [];
      const note = (): number => seen.push(canvas.getAttribute("data-frame") ?? "");
      new MutationObserver(note).observe(canvas, { attributeFilter: ["data-frame"] });
      return seen;
    });
}

/** Each canvas holds, pixel by pixel, that frame of its own column. */
async function expectShown(player: Locator, frames: readonly Buffer[][], frame: number): Promise<void> {
  await expect.poll(() => shownFrames(player)).toEqual(COLUMNS.map(() => String(frame)));
  const canvases = await player.locator("canvas").all();
  for (const [i, canvas] of canvases.entries()) {
    const url = await canvas.evaluate((element): string => element.toDataURL("image/png"));
    const shown = await pixels(Buffer.from(url.replace(/^.*,/, ""), "base64"));
    expect(shown.equals(frames[i]?.[frame] ?? Buffer.alloc(0)), `${COLUMNS[i]}, frame ${frame}`).toBe(true);
  }
}

interface ExportChoice {
  readonly what?: string;
  readonly size?: RegExp;
}

async function exported(
  player: Locator,
  format: string,
  { what = "Side by side", size = /^1×/ }: ExportChoice = {},
): Promise<string> {
  const form = player.getByRole("form", { name: "Export" });
  await form.getByLabel("What").selectOption({ label: what });
  await form.getByLabel("Format").selectOption({ label: format });
  const sizes = await form.getByLabel("Size").getByRole("option").allInnerTexts();
  await form.getByLabel("Size").selectOption({ label: sizes.find((label) => size.test(label)) ?? "" });
  const download = player.page().waitForEvent("download");
  await form.getByRole("button", { name: "Save" }).click();
  const saved = await download;
  const file = test.info().outputPath(`${Date.now()}-${saved.suggestedFilename()}`);
  await saved.saveAs(file);
  return file;
}

interface Expected {
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** What each shows, about: red, green, blue. */
  readonly frames: readonly Buffer[];
}

const NO_FFPROBE = "ffprobe is not installed: it comes with ffmpeg";

async function expectVideo(
  file: string,
  { codec, fps, width, height, frames }: Expected & { readonly codec: string },
): Promise<void> {
  const found = await readVideo(file);
  const facts = { codec, width, height, frames: FRAMES };
  expect({ ...found, frames: found.frames.length }).toMatchObject(facts);
  expect(found.fps).toBeCloseTo(fps, 3);
  expectAlike(found.frames, frames);
  expectTags(found.tags);
  const other = probeVideo(file);
  if (other === null) {
    // What was read back above was not written by who reads: the browser encoded it. ffprobe is one more witness.
    test.info().annotations.push({ type: "skip", description: NO_FFPROBE });
    return;
  }
  expect(other).toMatchObject({ ...facts, fps });
  expectTags(other.tags);
}

function expectTags({ title, comment = "", description = "" }: Readonly<Record<string, string>>): void {
  expect(title).toBe(PROMPT);
  expect(comment).toMatch(/a red apple, bouncing\nNegative prompt: .+\nSteps: \d+, Sampler: /);
  expect(JSON.parse(description)).toMatchObject({ prompt: PROMPT });
}

async function expectAnimation(file: string, { frames, fps, width, height }: Expected): Promise<void> {
  const { width: found, pageHeight, pages, delay } = await sharp(file, { animated: true }).metadata();
  expect({ width: found, height: pageHeight, pages }).toEqual({ width, height, pages: FRAMES });
  expect(delay).toHaveLength(FRAMES);
  for (const each of delay ?? []) expect(1000 / each).toBeCloseTo(fps, 1);
  const shown = frames.map((_, page) => pixels(sharp(file, { page })));
  expectAlike(await Promise.all(shown), frames);
  expectDescribed(readFileSync(file, "latin1"));
}

/** Prompt and settings in words, and all of them as JSON. */
function expectDescribed(bytes: string): void {
  expect(bytes).toMatch(/a red apple, bouncing\nNegative prompt: .+\nSteps: \d+, Sampler: /);
  expect(bytes).toContain(`"prompt":"${PROMPT}"`);
}

/** A lossy format keeps every frame about as it was, and in its place: nearer to that frame than the others are. */
function expectAlike(found: readonly Buffer[], frames: readonly Buffer[]): void {
  expect(found).toHaveLength(frames.length);
  for (const [i, frame] of found.entries()) {
    const [own = NaN, ...others] = [frames[i], ...frames.filter((_, j) => j !== i)].map((other) =>
      distance(frame, other),
    );
    expect(own, `frame ${i}`).toBeLessThan(14);
    expect(own, `frame ${i}`).toBeLessThan(Math.min(...others));
  }
}

/** Of two pictures: the mean difference of a colour, of 255. */
function distance(a: Buffer, b: Buffer = Buffer.alloc(0)): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? NaN)), 0) / a.length;
}

/** The columns of each frame beside each other, with four pixels of white between. */
function sideBySide(columns: readonly Buffer[][]): Buffer[] {
  const gap = Buffer.alloc(3 * 4, 255);
  return Array.from({ length: FRAMES }, (_, frame) =>
    Buffer.concat(
      Array.from({ length: SIDE }, (__, y) => {
        const rows = columns.map(
          (column) => column[frame]?.subarray(3 * SIDE * y, 3 * SIDE * (y + 1)) ?? Buffer.alloc(0),
        );
        return Buffer.concat(rows.flatMap((row, i) => (i === 0 ? [row] : [gap, row])));
      }),
    ),
  );
}

function enlarge(frame: Buffer, by: number): Promise<Buffer> {
  return sharp(frame, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .resize(by * SIDE, by * SIDE, { kernel: "nearest" })
    .raw()
    .toBuffer();
}
