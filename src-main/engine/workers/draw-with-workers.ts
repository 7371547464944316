// Many prompts of an application, drawn by workers: their images are those of one process.

import type { DrawingSettings } from "../../common/applying.ts";
import type { DrawEachOptions } from "../../sampling/application/draw-each.ts";
import { applicationPrompts, readApplication, type SentApplication } from "../pieces/application-piece.ts";
import { groupsOf, handOutPrompts } from "./hand-out-prompts.ts";
import type { Crew } from "./open-job.ts";

/** Of single images as many are a piece that opening the models is not most of it. A video takes longer than that, and is large: it is one. */
const IMAGES_A_PIECE = 8;

interface DrawingCrew extends Crew, Pick<DrawEachOptions, "onDrawn" | "onProgress"> {}

/** @throws Refusal if a piece cannot be done; the reason of `signal` */
export async function drawWithWorkers(
  { request, prompts }: SentApplication,
  settings: DrawingSettings,
  { onDrawn, onProgress, ...crew }: DrawingCrew,
): Promise<void> {
  const groups = groupsOf(prompts, settings.frames === 1 ? IMAGES_A_PIECE : 1);
  const pieces = groups.map(({ group }): SentApplication => ({ request, prompts: group }));
  const { length: columns } = request.columns;
  let taken = Promise.resolve();
  let isOver = false;
  try {
    await handOutPrompts(applicationPrompts, pieces, crew, {
      read: (answer, sent) => readApplication(answer, sent, settings),
      onAnswer(piece, drawn) {
        // Whoever stopped it writes there no more.
        if (isOver) return taken;
        // One after the other, whatever comes meanwhile.
        taken = taken.then(async () => {
          for (const [i, frames] of drawn.entries()) await onDrawn((groups[piece]?.first ?? 0) + i, frames);
        });
        return taken;
      },
      onProgress: (done, total) => onProgress(columns * done, columns * total),
    });
  } finally {
    // What has come when it is stopped is kept, too.
    isOver = true;
    await taken;
  }
}
