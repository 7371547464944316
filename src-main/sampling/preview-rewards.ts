// previews/rewards.jsonl of a run folder: a line for each preview, and only one, however often the run was cut off while it drew.

import { join } from "node:path";
import { jsonOrNull } from "../common/json-or-null.ts";
import { PREVIEW_REWARDS, previewRewards, type PreviewRewards } from "../common/preview-files.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";

/** In place of what was told of the same preview. Lines that were cut off are left out: a line added to one would be lost with it. */
export function writePreviewRewards(run: string, added: PreviewRewards): void {
  const others = readPreviewRewards(run).filter(({ name, step }) => name !== added.name || step !== added.step);
  const lines = [...others, added].map((entry) => `${JSON.stringify(previewRewards.parse(entry))}\n`);
  writeFileAtomically(join(run, PREVIEW_REWARDS), lines.join(""));
}

function readPreviewRewards(run: string): PreviewRewards[] {
  return (readUnlessMissing(join(run, PREVIEW_REWARDS)) ?? "")
    .split("\n")
    .flatMap((line) => previewRewards.safeParse(jsonOrNull(line)).data ?? []);
}
