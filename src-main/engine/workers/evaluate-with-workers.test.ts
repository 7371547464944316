import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { applyRequest } from "../../common/applying.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { writeConditioning } from "../../embeddings/testing/write-conditioning.ts";
import { embedded } from "../../models/embedded.ts";
import { BACK_ENDS, type BackEnd } from "../../queue/testing/back-ends.ts";
import { readPromptFile } from "../../texts/prompt-file.ts";
import { evaluateShard } from "../evaluate-shard.ts";
import { openTargetOf } from "../open-target-of.ts";
import { computeTask } from "../pieces/compute-task.ts";
import { type PieceWorker, startPieceWorker } from "../testing/piece-worker.ts";
import { evaluateWithWorkers } from "./evaluate-with-workers.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-evaluate-workers-"));
afterAll(() => rmSync(root, { recursive: true }));

const embedding = join(root, "negative.safetensors");
const request = applyRequest.parse({ embedding, to: "emoji", prompt: "", steps: 2, seed: 3, columns: undefined });
/** Two pieces, the second of them with one prompt. Some are longer than is read. */
const prompts = readPromptFile(embedded.prompts.heldOut)
  .prompts.slice(0, 9)
  .map((prompt, i) => (i % 4 === 0 ? `${prompt}${", on a plate".repeat(40)}` : prompt));
const shown = new Set([0, 8]);
const rewards = {};
const { signal } = new AbortController();
const emit = async (): Promise<void> => {};

beforeAll(() => {
  writeConditioning(embedding, 128);
});

async function startWorker(
  backEnd: BackEnd,
  worker: Pick<PieceWorker, "name" | "damage">,
): Promise<() => Promise<void>> {
  return startPieceWorker(await backEnd.open(), {
    ...worker,
    folder: join(root, "kept", worker.name),
    compute: (task, tell) => computeTask(task, { emit: tell, signal }),
  });
}

describe.each(BACK_ENDS)("an evaluation by workers of a queue $name", ({ name: backEndName, missing, start }) => {
  test("has the scores and the images of one process, and a worker that answers otherwise is asked no more", async ({
    skip,
  }) => {
    skip(missing !== null, missing ?? "");
    const here = { target: openTargetOf(request), folder: root, device: "cpu", emit, signal } as const;
    const alone = await evaluateShard({ request, rewards, prompts, shown, ...here });
    expect(alone.videos.map(({ length }) => length)).toEqual(alone.scores.map((_, i) => (i < 3 || i > 23 ? 1 : 0)));
    const backEnd = await start();
    const otherSeed = async (_piece: Piece, bytes: Uint8Array): Promise<Uint8Array> =>
      Buffer.from(Buffer.from(bytes).toString("latin1").replace('"seed":3', '"seed":4'), "latin1");
    const leave = [
      await startWorker(backEnd, { name: `one-${backEndName.replaceAll(/\W/g, "")}` }),
      await startWorker(backEnd, { name: "wrong", damage: otherSeed }),
    ];
    const warnings: Diagnostic[] = [];
    const done: number[] = [];
    try {
      const found = await evaluateWithWorkers(
        { request, rewards, prompts, shown },
        {
          queue: await backEnd.open(),
          token: "secret",
          device: "cpu",
          silenceMs: 5000,
          title: "small",
          warn: async (diagnostic) => void warnings.push(diagnostic),
          signal,
          onProgress: async (images) => void done.push(images),
        },
      );
      expect(found).toEqual(alone);
      expect(done.at(-1)).toBe(27);
    } finally {
      await Promise.all(leave.map((end) => end()));
      await backEnd.close();
    }
    const ofWorkers = warnings.filter(({ notes }) => notes?.some(({ message }) => message === "has warned of it"));
    // Of the prompts whoever hands them out has warned before. Both pieces say it of the same file, which lies elsewhere on each machine.
    expect(ofWorkers).toMatchObject([{ code: "embedding-undeclared", at: { file: "negative.safetensors" } }]);
    expect(JSON.stringify(ofWorkers)).not.toContain(root);
    for (const { message } of warnings.filter((one) => !ofWorkers.includes(one)))
      expect(message).toMatch(/^worker wrong takes no part any more: it answered scores of/);
  });
});

test("what is sent names no path of this machine", async () => {
  const sent: string[] = [];
  const [inProcess] = BACK_ENDS;
  if (inProcess === undefined) throw new Error("there is a queue in this process");
  const backEnd = await inProcess.start();
  const queue = await backEnd.open();
  const stopping = new AbortController();
  const blobs = {
    ...queue.blobs,
    put(bytes: Uint8Array) {
      sent.push(Buffer.from(bytes).toString("latin1"));
      if (sent.length === 3) stopping.abort();
      return queue.blobs.put(bytes);
    },
  };
  const evaluated = evaluateWithWorkers(
    { request, rewards, prompts, shown },
    {
      queue: { ...queue, blobs },
      token: "",
      device: "cpu",
      silenceMs: 5000,
      title: "small",
      warn: emit,
      signal: stopping.signal,
      onProgress: emit,
    },
  );
  await expect(evaluated).rejects.toMatchObject({ name: "AbortError" });
  await backEnd.close();
  // The embedding itself, and what is asked of two pieces.
  expect(sent[0]).toBe(readFileSync(embedding, "latin1"));
  expect(sent).toHaveLength(3);
  expect(sent.join("")).not.toContain(root);
});
