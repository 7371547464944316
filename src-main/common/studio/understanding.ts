// Looking into what a run has learned, from the editor: what strengths draw, the nearest words, what each token contributes.

import { z } from "zod";
import { stream } from "../contract.ts";
import { contributionsResult, nearestResult } from "../embedding-understanding.ts";
import { runEvent } from "../run-events.ts";
import { runId } from "./job.ts";

const ofRun = z.object({ run: runId });

export const drawnStrengths = z.object({
  reward: z.string(),
  prompts: z.array(z.string()),
  /** In the order of their strengths; URLs of the images, one a prompt. */
  rungs: z.array(z.object({ strength: z.number(), rewards: z.array(z.number()), urls: z.array(z.string()) })),
});
export type DrawnStrengths = z.output<typeof drawnStrengths>;

/** Each is refused while a run is at work. */
export const understandingApi = {
  drawStrengths: stream({ input: ofRun, event: runEvent, result: drawnStrengths }),
  nearestWords: stream({ input: ofRun, event: runEvent, result: nearestResult }),
  contributions: stream({ input: ofRun, event: runEvent, result: contributionsResult }),
};
