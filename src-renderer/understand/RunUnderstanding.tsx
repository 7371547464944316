// What a run has learned, looked into.

import { heldBackStory } from "../run/run-story.ts";
import { useFileKind } from "../run/use-described-file.ts";
import type { ShownRun } from "../run/use-run-detail.ts";
import { text } from "../text/text.ts";
import { Contributions } from "./Contributions.tsx";
import { NearestWords } from "./NearestWords.tsx";
import { Strengths } from "./Strengths.tsx";

export function RunUnderstanding({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const learned = shown?.detail.embedding ?? null;
  const kind = useFileKind(learned?.path ?? null);
  if (learned === null) return <p className="rs-panel-empty">{text.learning.understand.none}</p>;
  if (shown !== null && kind !== null && kind !== "embedding") {
    return (
      <div className="rs-run-results">
        {heldBackStory(shown.detail).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p className="rs-panel-empty">{text.learning.understand.others}</p>
      </div>
    );
  }
  return (
    <div className="rs-run-results">
      <Strengths run={run} />
      <NearestWords run={run} />
      <Contributions run={run} />
    </div>
  );
}
