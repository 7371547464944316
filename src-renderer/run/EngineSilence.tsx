// That the engine which works on a run gives no sign of life, and the button that ends it.

import type { Job } from "../../src-main/common/studio/job.ts";
import { text } from "../text/text.ts";
import { printTime } from "./format.ts";
import { tellRun } from "./tell-run.ts";

const words = text.learning.silence;

export function EngineSilence({ job }: { readonly job: Job | undefined }) {
  const silence = job?.silence ?? null;
  if (job === undefined || silence === null) return null;
  const { since, doing } = silence;
  return (
    <div className="rs-engine-silence" role="alert">
      <p className="rs-tone-warning">
        {words.told(printTime(since))}
        {doing === null ? "" : ` ${words.doing(doing)}`}
      </p>
      <button
        type="button"
        className="rs-button rs-button-small"
        title={words.endHelp}
        aria-label={text.learning.commandFor(words.end, job.number)}
        onClick={() => tellRun(job.run, "end engine")}
      >
        {words.end}
      </button>
    </div>
  );
}
