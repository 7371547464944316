// Cost against frames: a video of the embedded model, drawn and decoded.

import { applyRequest } from "../../../src-main/common/applying.ts";
import { openTarget } from "../../../src-main/models/target/open-target.ts";
import { drawApplication } from "../../../src-main/sampling/application/draw-application.ts";
import { foreseeDrawing } from "../../../src-main/sampling/application/open-application.ts";
import type { Job } from "../job.ts";
import { fastest } from "./fastest.ts";
import { MeasuredSessions } from "./measured-sessions.ts";

const MODEL = "emoji:video";
const STEPS = 4;

/** Under no negative, so that no file of what was learned is needed. */
export async function videoSeconds(job: Job, frames: number): Promise<number> {
  const sessions = new MeasuredSessions(job.device);
  const drawing = { to: MODEL, prompt: "a red apple", columns: ["none"], steps: STEPS, frames };
  const request = applyRequest.parse({ embedding: "none", ...drawing });
  try {
    const application = foreseeDrawing(request, openTarget(MODEL, {}), { sessions, budget: Infinity });
    return await fastest(() => drawApplication(application, { emit: async () => {}, progress: () => async () => {} }));
  } finally {
    await sessions.release();
  }
}
