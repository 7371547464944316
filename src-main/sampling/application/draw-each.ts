// Applications of one model that differ in prompts, seeds and what steers, drawn one after the other.

import type { ApplyRequest } from "../../common/applying.ts";
import { DRAWING, type RunEvent } from "../../common/run-events.ts";
import type { Picture } from "../../pictures/picture.ts";
import { drawApplication } from "./draw-application.ts";
import type { Application } from "./open-application.ts";

export interface DrawEachOptions {
  readonly applicationFor: (request: ApplyRequest) => Application;
  /** Where one in work stands after each step; it goes on from there. Absent: nothing is kept. */
  readonly unfinishedOf?: (place: number) => string;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Images or videos done, one in work in part, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
  /** Hears of each in turn. @param columns frames by column */
  readonly onDrawn: (place: number, columns: readonly (readonly Picture[])[]) => void | Promise<void>;
}

/** @param requests all of the same columns */
export async function drawEach(
  requests: readonly ApplyRequest[],
  { applicationFor, unfinishedOf, emit, onProgress, onDrawn }: DrawEachOptions,
): Promise<void> {
  for (const [place, request] of requests.entries()) {
    const { length: columns } = request.columns;
    const drawn = await drawApplication(applicationFor(request), {
      ...(unfinishedOf === undefined ? {} : { unfinished: unfinishedOf(place) }),
      emit,
      progress: (phase) => async (done, total) => {
        if (phase === DRAWING) await onProgress(columns * (place + done / total), columns * requests.length);
      },
    });
    await onDrawn(place, drawn);
  }
}
