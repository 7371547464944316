// A comparison: while it is drawn, how far it is; afterwards its videos in the player.

import type { AppliedDetail } from "../../src-main/common/studio/applied.ts";
import { text } from "../text/text.ts";
import { ApplicationProgress } from "./ApplicationProgress.tsx";
import { AppliedVideo } from "./AppliedVideo.tsx";
import { Diagnostics } from "./Forecast.tsx";
import type { Application } from "./use-application.ts";

const words = text.applying;

interface ApplicationViewProps {
  readonly run: string;
  readonly application: Application;
  /** Whether the keys of the player work as soon as it is there. */
  readonly takesFocus?: boolean;
}

export function ApplicationView({
  run,
  application: { job, detail, isGone },
  takesFocus = false,
}: ApplicationViewProps) {
  if (isGone && job === null) return <p className="rs-panel-empty">{words.gone}</p>;
  const result = detail?.result ?? null;
  const warnings = job?.diagnostics ?? detail?.warnings ?? [];
  return (
    <div className="rs-application">
      {detail === null ? null : <Facts detail={detail} />}
      {result === null ? (
        job === null ? null : (
          <ApplicationProgress job={job} columns={detail?.request.columns ?? null} />
        )
      ) : (
        <AppliedVideo run={run} result={result} takesFocus={takesFocus} />
      )}
      <Diagnostics diagnostics={warnings} />
    </div>
  );
}

function Facts({ detail: { model, prompt, settings, request } }: { readonly detail: AppliedDetail }) {
  const { frames, fps, size, steps, guidance } = settings;
  return (
    <div className="rs-application-facts">
      <strong>{prompt}</strong>
      <span>{model}</span>
      <small className="rs-muted">
        {words.facts(frames, fps, size.width, size.height, steps, guidance, request.seed)}
      </small>
      {request.columns.includes("written") ? (
        <small className="rs-muted">{words.negative(request.written)}</small>
      ) : null}
    </div>
  );
}
