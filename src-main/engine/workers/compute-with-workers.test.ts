import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Program } from "../../common/program/program.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { freezeProgram } from "../../learning/freeze-program.ts";
import { twoOptimizers } from "../../learning/testing/emoji-program.ts";
import { train } from "../../learning/train.ts";
import { BACK_ENDS, type BackEnd } from "../../queue/testing/back-ends.ts";
import { closeGradientPieces, gradientPiece } from "../pieces/gradient-piece.ts";
import { type PieceWorker, startPieceWorker } from "../testing/piece-worker.ts";
import { computeWithWorkers } from "./compute-with-workers.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-workers-"));
afterAll(async () => {
  await closeGradientPieces();
  rmSync(root, { recursive: true });
});

const FILES = ["negative.safetensors", "second.safetensors"] as const;
/** Four micro-batches a step; and the second optimizer rests in the last. */
const program: Program = freezeProgram(twoOptimizers({ settings: { batch: 4, microBatch: 1, steps: 4 } }), root);
const bytesOf = (run: string) => FILES.map((file) => readFileSync(join(root, run, file)).toString("base64"));

const alone = (async () => {
  await train(program, { folder: join(root, "alone"), resume: false, device: "cpu", signal: never(), emit: silent });
  return bytesOf("alone");
})();

function never(): AbortSignal {
  return new AbortController().signal;
}
async function silent(): Promise<void> {}

type Worker = Pick<PieceWorker, "name" | "damage">;

async function startWorker(backEnd: BackEnd, worker: Worker): Promise<() => Promise<void>> {
  return startPieceWorker(await backEnd.open(), {
    ...worker,
    folder: join(root, "kept", worker.name),
    async compute(task) {
      const { work } = task;
      if (work.kind !== "gradient") throw new Error("only gradients are asked for");
      return gradientPiece(work, task);
    },
  });
}

describe.each(BACK_ENDS)("training with workers of a queue $name", ({ name: backEndName, missing, start }) => {
  const learn = async (run: string, workers: readonly Worker[]): Promise<readonly Diagnostic[]> => {
    const backEnd = await start();
    const warnings: Diagnostic[] = [];
    const leave = await Promise.all(workers.map((worker) => startWorker(backEnd, worker)));
    try {
      await train(program, {
        folder: join(root, run),
        resume: false,
        device: "cpu",
        signal: never(),
        emit: silent,
        openCompute: computeWithWorkers({
          queue: await backEnd.open(),
          token: "secret",
          device: "cpu",
          silenceMs: 1000,
          title: "two optimizers",
          warn: async (diagnostic) => void warnings.push(diagnostic),
          signal: never(),
        }),
      });
    } finally {
      await Promise.all(leave.map((end) => end()));
      await backEnd.close();
    }
    return warnings;
  };

  test("one worker or three, slow ones and one that answers NaN give the bits of one process", async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    const late = async (piece: Piece, bytes: Uint8Array) => sleep(piece.name.endsWith("0") ? 300 : 0, bytes);
    const sick = async (_piece: Piece, bytes: Uint8Array) => {
      const damaged = bytes.slice();
      // The last number of the last part.
      damaged.set(new Uint8Array(Float32Array.of(NaN).buffer), damaged.length - 4);
      return damaged;
    };
    const expected = await alone;
    await learn(`${backEndName} 1`, [{ name: "one" }]);
    expect(bytesOf(`${backEndName} 1`)).toEqual(expected);
    const warnings = await learn(`${backEndName} 3`, [
      { name: "one" },
      { name: "late", damage: late },
      { name: "sick", damage: sick },
    ]);
    expect(bytesOf(`${backEndName} 3`)).toEqual(expected);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^worker sick takes no part any more: it answered numbers that are not finite/),
    ]);
  });

  test("what is told of each step is what one process tells", async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    const metrics = (run: string): unknown[] =>
      readFileSync(join(root, run, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => {
          const { seconds: _seconds, memoryMB: _memory, ...told } = JSON.parse(line) as Record<string, unknown>;
          return told;
        });
    expect(metrics(`${backEndName} 1`)).toEqual(metrics("alone"));
  });
});
