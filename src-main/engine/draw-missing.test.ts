import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DRAWN_LIST, DRAWN_RECORD, drawnPrompt, type DrawnPrompt, drawnRecord } from "../common/apply-many.ts";
import { applyInput, applyRequest } from "../common/applying.ts";
import { Refusal } from "../common/diagnostic.ts";
import type { Piece } from "../common/queue/piece.ts";
import type { RunEvent } from "../common/run-events.ts";
import { writeConditioning } from "../embeddings/testing/write-conditioning.ts";
import { encodePng, writePng } from "../pictures/picture.ts";
import { videoWriterOf } from "../pictures/write-video.ts";
import { pack, unpack } from "../queue/pack.ts";
import { BACK_ENDS, type BackEnd } from "../queue/testing/back-ends.ts";
import { openDrawnFolder } from "../sampling/application/drawn-folder.ts";
import { resolveDrawing } from "../sampling/application/resolve-drawing.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { drawMissing } from "./draw-missing.ts";
import { apply } from "./handlers/apply.ts";
import { openTargetOf } from "./open-target-of.ts";
import { computeTask } from "./pieces/compute-task.ts";
import { type PieceWorker, startPieceWorker } from "./testing/piece-worker.ts";
import { withTarget } from "./with-target.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-draw-missing-"));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true }));

beforeAll(async () => {
  writeConditioning(at("negative.safetensors"), 128);
  const halves = new Uint8Array(3 * 64 * 64).map((_, i) => (Math.floor(i / 3) % 64 < 32 ? 0 : 255));
  await writePng(at("halves.png"), { width: 64, height: 64, data: halves });
});

/** Images of nine prompts are two pieces, the second of them with one. */
const prompts = Array.from({ length: 9 }, (_, i) => `apple ${i + 1}`);

function requestOf(changes: object = {}) {
  const given = { embedding: at("negative.safetensors"), to: "emoji", prompt: "", steps: 2, seed: 3, ...changes };
  return applyRequest.parse(given);
}

interface Asked {
  readonly changes?: object;
  readonly texts?: readonly string[];
  readonly abort?: AbortController;
  readonly onEvent?: (event: RunEvent) => void;
  /** Absent: this process draws, without a queue. */
  readonly backEnd?: BackEnd | undefined;
}

/** Into a folder of that name. */
async function draw(name: string, asked: Asked = {}): Promise<{ images: DrawnPrompt[]; kept: number }> {
  const { changes, texts = prompts, abort = new AbortController(), onEvent = () => undefined, backEnd } = asked;
  const { signal } = abort;
  const emit = async (event: RunEvent): Promise<void> => onEvent(event);
  const request = requestOf(changes);
  const target = openTargetOf(request);
  const settings = resolveDrawing(request, target);
  const ending = settings.frames === 1 ? "png" : "webp";
  const images = texts.map((prompt, i) => ({ file: join(at(name), `${i + 1}.${ending}`), prompt, seed: 3 + i }));
  makeFolder(at(name));
  const folder = openDrawnFolder(at(name), { request, target, settings });
  const write = await videoWriterOf(`any.${ending}`);
  const queue = await backEnd?.open();
  const workers = queue && { queue, token: "secret", device: undefined, silenceMs: 5000, close: async () => undefined };
  const kept = await withTarget(target, { device: "cpu", signal }, ({ applicationFor }) => {
    const given = { request, target, settings, folder, write, applicationFor, workers };
    return drawMissing(images, { ...given, device: "cpu", emit, signal });
  });
  return { images, kept };
}

/** @returns has it leave */
async function startWorker(backEnd: BackEnd, worker: Pick<PieceWorker, "name" | "damage">) {
  return startPieceWorker(await backEnd.open(), {
    ...worker,
    folder: join(root, "kept", worker.name),
    compute: (task, emit) => computeTask(task, { emit, signal: new AbortController().signal }),
  });
}

const WITHOUT_QUEUE = { name: "without a queue", missing: null, start: async () => undefined } as const;

describe.each([WITHOUT_QUEUE, ...BACK_ENDS])("many prompts, drawn $name", ({ name: where, missing, start }) => {
  const word = where.replaceAll(/\W/g, "");
  const withBackEnd = async (work: (backEnd: BackEnd | undefined) => Promise<void>): Promise<void> => {
    const backEnd = await start();
    const leave = backEnd && (await startWorker(backEnd, { name: `one-${word}` }));
    try {
      await work(backEnd);
    } finally {
      await leave?.();
      await backEnd?.close();
    }
  };

  test("are each the file that the prompt alone is from its seed, byte for byte", async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    await withBackEnd(async (backEnd) => {
      const { images, kept } = await draw(`equal-${word}`, { backEnd });
      expect(kept).toBe(0);
      for (const place of [0, 8]) {
        const { file = "", prompt = "", seed } = images[place] ?? {};
        const out = at(`alone-${word}-${place}.png`);
        const input = applyInput.parse({ ...requestOf(), prompt, seed, out, device: "cpu" });
        await apply(input, { signal: new AbortController().signal, emit: async () => undefined });
        expect(readFileSync(file).equals(readFileSync(out))).toBe(true);
      }
      const text = (file: string): string => readFileSync(join(at(`equal-${word}`), file), "utf8");
      expect(drawnRecord.parse(JSON.parse(text(DRAWN_RECORD)))).toMatchObject({ model: "emoji" });
      const listed = text(DRAWN_LIST)
        .trimEnd()
        .split("\n")
        .map((line) => drawnPrompt.parse(JSON.parse(line)))
        .toSorted((a, b) => a.seed - b.seed);
      expect(listed).toEqual(images.map((image) => ({ ...image, file: basename(image.file) })));
      expect(readdirSync(at(`equal-${word}`)).toSorted()).toEqual([
        ...listed.map(({ file }) => file),
        DRAWN_RECORD,
        DRAWN_LIST,
      ]);
    });
  });

  test("are kept as far as they are drawn when it is stopped, and the same call goes on with the others", async ({
    skip,
  }) => {
    skip(missing !== null, missing ?? "");
    await withBackEnd(async (backEnd) => {
      const name = `stopped-${word}`;
      const abort = new AbortController();
      const stopped = draw(name, {
        backEnd,
        abort,
        onEvent: ({ type }) => void (type === "progress" && existsSync(join(at(name), DRAWN_RECORD)) && abort.abort()),
      });
      await expect(stopped).rejects.toThrow(/stopped on request; \d of 9 prompts (is|are) drawn and kept here/);
      const there = readdirSync(at(name)).filter((file) => file.endsWith(".png"));
      const writtenAt = there.map((file) => statSync(join(at(name), file)).mtimeMs);
      expect(there.length).toBeGreaterThan(0);
      expect(there.length).toBeLessThan(9);
      const done: number[] = [];
      const { images, kept } = await draw(name, {
        backEnd,
        onEvent: (event) => void (event.type === "progress" && done.push(event.done)),
      });
      expect(kept).toBe(there.length);
      expect(Math.min(...done)).toBeGreaterThanOrEqual(3 * kept);
      expect(done.at(-1)).toBe(27);
      expect(images.every(({ file }) => existsSync(file))).toBe(true);
      expect(there.map((file) => statSync(join(at(name), file)).mtimeMs)).toEqual(writtenAt);
      expect(readdirSync(at(name)).filter((file) => file.endsWith(".unfinished"))).toEqual([]);
    });
  });

  test("follow the image that steers a ControlNet, and are videos of a video model", async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    await withBackEnd(async (backEnd) => {
      const short = { texts: prompts.slice(0, 2), backEnd };
      const steered = { to: "emoji:controlnet", columns: ["learned"] };
      await draw(`steered-${word}`, { ...short, changes: { ...steered, controls: [{ picture: at("halves.png") }] } });
      await draw(`moving-${word}`, { ...short, changes: { to: "emoji:video", frames: 2, columns: ["learned"] } });
      for (const file of ["steered-WORD/2.png", "moving-WORD/2.webp"]) {
        const [here, there] = [`${file.replace("WORD", "withoutaqueue")}`, file.replace("WORD", word)].map(at);
        expect(readFileSync(there ?? "").equals(readFileSync(here ?? ""))).toBe(true);
      }
    });
  });
});

test("a folder of images with other settings is left as it is, and what is missing of one's own is drawn again", async () => {
  const texts = prompts.slice(0, 2);
  const { images } = await draw("own", { texts });
  rmSync(images[1]?.file ?? "");
  expect(await draw("own", { texts })).toMatchObject({ kept: 1 });
  await expect(draw("own", { texts, changes: { steps: 3 } })).rejects.toThrow(
    /images of another model, negative or other settings are kept[^]*own\/drawn\.json/,
  );
});

/** As a worker might answer that is not what it says. */
const DAMAGES: Readonly<Record<string, (png: Uint8Array) => Promise<Uint8Array>>> = {
  "an image that cannot be read": async (png) => png.subarray(0, png.length / 2),
  "images of 8×8": () => encodePng({ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) }),
};

test.each(Object.entries(DAMAGES))("a worker that answers %s is asked no more", async (what, damage) => {
  const [inProcess] = BACK_ENDS;
  if (inProcess === undefined) throw new Error("there is a queue in this process");
  const backEnd = await inProcess.start();
  const name = `damaged ${what}`.replaceAll(/\W/g, "-");
  const damaged = async (_piece: Piece, bytes: Uint8Array): Promise<Uint8Array> => {
    const { json, parts } = unpack(bytes);
    return pack({ json, parts: new Map([...parts, ["0.0", await damage(parts.get("0.0") ?? new Uint8Array())]]) });
  };
  const leave = [await startWorker(backEnd, { name: "wrong", damage: damaged })];
  const told: string[] = [];
  try {
    await draw(name, {
      texts: prompts.slice(0, 1),
      backEnd,
      onEvent(event) {
        if (event.type !== "warning" || event.diagnostic.code !== "worker-banned") return;
        told.push(event.diagnostic.message);
        void startWorker(backEnd, { name: "right" }).then((end) => leave.push(end));
      },
    });
  } finally {
    await Promise.all(leave.map((end) => end()));
    await backEnd.close();
  }
  expect(told.join()).toContain(`worker wrong takes no part any more: it answered ${what}`);
  expect(existsSync(join(at(name), "1.png"))).toBe(true);
});

test("what is sent names no path of this machine", async () => {
  const [inProcess] = BACK_ENDS;
  if (inProcess === undefined) throw new Error("there is a queue in this process");
  const backEnd = await inProcess.start();
  const queue = await backEnd.open();
  const sent: string[] = [];
  const abort = new AbortController();
  const put = (bytes: Uint8Array) => {
    sent.push(Buffer.from(bytes).toString("latin1"));
    if (sent.length === 3) abort.abort();
    return queue.blobs.put(bytes);
  };
  const changes = { to: "emoji:controlnet", controls: [{ picture: at("halves.png") }] };
  const open = async () => ({ ...queue, blobs: { ...queue.blobs, put } });
  const drawn = draw("sent", { changes, abort, texts: ["apple"], backEnd: { ...backEnd, open } });
  await expect(drawn).rejects.toBeInstanceOf(Refusal);
  await backEnd.close();
  // The embedding, the image that steers, and what is asked of one piece.
  expect(sent.slice(0, 2)).toEqual(
    ["negative.safetensors", "halves.png"].map((file) => readFileSync(at(file), "latin1")),
  );
  expect(sent).toHaveLength(3);
  expect(sent.join("")).not.toContain(root);
});
