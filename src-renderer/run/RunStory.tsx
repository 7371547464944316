// What happened in a run, in words, and what can be done with it.

import { ApplyButton } from "../apply/ApplyButton.tsx";
import { shownRunStore } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { runStory } from "./run-story.ts";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.story;

export function RunStory({ shown: { detail } }: { readonly shown: ShownRun }) {
  const story = runStory(detail);
  const { embedding, name } = detail;
  if (story.length === 0) return null;
  return (
    <section className="rs-result rs-story" aria-label={words.title}>
      <h4>{words.title}</h4>
      {story.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {embedding === null ? null : (
        <p className="rs-story-next">
          <span>{words.next}</span>
          <ApplyButton embedding={{ path: embedding.path, name }} />
          {embedding.url === null ? null : (
            <a className="rs-button rs-button-small" href={embedding.url} download>
              {text.learning.run.download}
            </a>
          )}
          <button
            type="button"
            className="rs-button rs-button-small"
            onClick={() => shownRunStore.setState({ view: "charts" })}
          >
            {words.compare}
          </button>
        </p>
      )}
    </section>
  );
}
