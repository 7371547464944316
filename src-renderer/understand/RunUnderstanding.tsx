// What a run has learned, looked into.

import type { ShownRun } from "../run/use-run-detail.ts";
import { text } from "../text/text.ts";
import { Contributions } from "./Contributions.tsx";
import { NearestWords } from "./NearestWords.tsx";
import { Strengths } from "./Strengths.tsx";

export function RunUnderstanding({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  if (shown === null || shown.detail.embedding === null) {
    return <p className="rs-panel-empty">{text.learning.understand.none}</p>;
  }
  return (
    <div className="rs-run-results">
      <Strengths run={run} />
      <NearestWords run={run} />
      <Contributions run={run} />
    </div>
  );
}
