// What a model's folder says of how it is best used: reneg.json beside its config. Models of other programs have none.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { drawingSettings } from "../../common/applying.ts";
import { readJson } from "../../weights/json-file.ts";
import { parseConfig } from "../parse-config.ts";

const { frames, fps, size, steps, guidance, scheduler, eta, rescale, sharedNoise } = drawingSettings.shape;

const ownSettings = z.strictObject({
  name: z.string().min(1).exactOptional(),
  /** In place of those of its kind. */
  settings: z
    .strictObject({
      frames: frames.exactOptional(),
      fps: fps.exactOptional(),
      size: size.exactOptional(),
      steps: steps.exactOptional(),
      guidance: guidance.exactOptional(),
      scheduler: scheduler.exactOptional(),
      eta: eta.exactOptional(),
      rescale: rescale.exactOptional(),
      sharedNoise: sharedNoise.exactOptional(),
    })
    .prefault({}),
  /** What shows it well; the picture, for a ControlNet, lies in the folder. */
  example: z
    .strictObject({
      prompt: z.string(),
      picture: z
        .string()
        .regex(/^[\w][\w.-]*$/)
        .exactOptional(),
    })
    .exactOptional(),
});
export type OwnSettings = z.output<typeof ownSettings>;

export function readOwnSettings(path: string): OwnSettings {
  const file = join(path, "reneg.json");
  if (!statSync(path).isDirectory() || !existsSync(file)) return ownSettings.parse({});
  return parseConfig(ownSettings, readJson(file), file);
}
