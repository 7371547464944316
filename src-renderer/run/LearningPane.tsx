// Learning as it goes on.

import { runStore } from "../state/run-store.ts";
import { type RunView, shownRunStore } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { Segments } from "../ui/Segments.tsx";
import { RunUnderstanding } from "../understand/RunUnderstanding.tsx";
import { EngineSilence } from "./EngineSilence.tsx";
import { RunBar } from "./RunBar.tsx";
import { RunCharts } from "./RunCharts.tsx";
import { RunFigures } from "./RunFigures.tsx";
import { RunMessages } from "./RunMessages.tsx";
import { RunPictures } from "./RunPictures.tsx";
import { RunResults } from "./RunResults.tsx";
import { useRunDetail } from "./use-run-detail.ts";

const words = text.learning.run;
const VIEWS = {
  pictures: RunPictures,
  charts: RunCharts,
  results: RunResults,
  learned: RunUnderstanding,
  messages: RunMessages,
} satisfies Record<RunView, unknown>;
// Object.keys is typed string[]; the table has exactly these keys.
const NAMES = Object.keys(VIEWS) as RunView[];

export function LearningPane({ run }: { readonly run: string }) {
  const shown = useRunDetail(run);
  const view = shownRunStore((state) => state.view);
  const job = runStore(({ jobs }) => jobs.find((each) => each.run === run));
  const Shown = VIEWS[view];
  return (
    <>
      <RunBar run={run} job={job} detail={shown?.detail ?? null} />
      <RunFigures job={job} detail={shown?.detail ?? null} />
      <EngineSilence job={job} />
      <div className="rs-panel-bar" role="group" aria-label={words.viewsLabel}>
        <Segments
          names={NAMES}
          labels={words.views}
          pressed={view}
          onPress={(name) => shownRunStore.setState({ view: name })}
        />
      </div>
      <div className="rs-panel-scroll" tabIndex={0} role="region" aria-label={words.viewOf(words.views[view])}>
        <Shown run={run} shown={shown} />
      </div>
    </>
  );
}
