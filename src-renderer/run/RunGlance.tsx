// The run of the shown workflow, at a glance, beside the canvas: how far it is and its newest images. What its panel tells where it is open
// is not told twice.

import { courseOfSteps } from "../../src-main/common/reward-course.ts";
import { describeCourse } from "../../src-main/common/reward-words.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { showRun, useIsInPanel } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { JobProgress } from "./JobList.tsx";
import { PreviewImages } from "./PreviewImages.tsx";
import { RewardOfRun } from "./RewardOfRun.tsx";
import { useJobOfTab } from "./use-job-of-tab.ts";
import { useRunDetail } from "./use-run-detail.ts";

const words = text.learning.run;

export function RunGlance() {
  const job = useJobOfTab();
  const shown = useRunDetail(job?.run ?? null);
  const latentPreview = runStore(({ live }) => (live[job?.run ?? ""] ?? EMPTY_RUN).latentPreview);
  const isEvaluated = shown !== null && shown.detail.evaluated !== null;
  const course = courseOfSteps(shown?.steps ?? []);
  const isInPanel = useIsInPanel(job?.run);
  if (job === undefined || job.kind !== "learn") return null;
  const newest = new Map(shown?.previews.map((preview) => [preview.name, preview]));
  return (
    <section className="rs-glance" aria-label={words.glance}>
      <h2>{job.name}</h2>
      <p>
        <span className={`rs-job-state rs-job-${job.state}`}>{text.learning.states[job.state]}</span>{" "}
        {isInPanel ? null : <JobProgress job={job} />}
      </p>
      {course === null || isEvaluated || isInPanel ? null : <p>{words.course(describeCourse(course))}</p>}
      {isEvaluated && !isInPanel ? (
        <p>
          <RewardOfRun run={shown.detail} />
        </p>
      ) : null}
      {[...newest].map(([name, preview]) => (
        <figure key={name}>
          <PreviewImages preview={preview} />
          <figcaption>{preview.step === 0 ? words.start : words.step(preview.step)}</figcaption>
        </figure>
      ))}
      {latentPreview === null || job.state !== "running" ? null : (
        <figure>
          <img src={latentPreview.url} alt={words.drawing(latentPreview.step, latentPreview.total)} />
          <figcaption>{words.drawing(latentPreview.step, latentPreview.total)}</figcaption>
        </figure>
      )}
      {isInPanel ? null : (
        <button type="button" className="rs-button rs-button-small" onClick={() => showRun(job.run)}>
          {words.show}
        </button>
      )}
    </section>
  );
}
