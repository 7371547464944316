// Previews along the run: a row a step, a column a prompt, and a slider between the first and the last.

import { useMemo, useState } from "react";
import type { JobState } from "../../src-main/common/studio/job.ts";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { shownRunStore } from "../state/shown-run-store.ts";
import { text } from "../text/text.ts";
import { BeforeAfter } from "./BeforeAfter.tsx";
import { PictureCell } from "./PictureCell.tsx";
import { type ShownRun, useRunDetail } from "./use-run-detail.ts";

const words = text.learning.run;
const OVER: readonly JobState[] = ["stopped", "done", "failed"];

export function RunPictures({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const glimpse = runStore(({ live }) => (live[run] ?? EMPTY_RUN).glimpse);
  const state = runStore(({ jobs }) => jobs.find((job) => job.run === run)?.state);
  const isRunning = state === "running";
  const isOver = state === undefined || OVER.includes(state);
  const other = useRunDetail(shownRunStore(({ beside }) => beside));
  const previews = useMemo(() => [...Map.groupBy(shown?.previews ?? [], ({ name }) => name)], [shown]);
  return (
    <div className="rs-run-pictures">
      {glimpse === null || !isRunning ? null : (
        <figure className="rs-glimpse">
          <img src={glimpse.url} alt={words.drawing(glimpse.step, glimpse.total)} />
          <figcaption>{words.drawing(glimpse.step, glimpse.total)}</figcaption>
        </figure>
      )}
      {previews.length === 0 && glimpse === null ? (
        <p className="rs-panel-empty">{isOver ? words.neverPictures : words.noPictures}</p>
      ) : null}
      {previews.map(([name, pictures]) => (
        <PreviewGrid key={name} name={name} pictures={pictures} shown={shown} other={other} />
      ))}
    </div>
  );
}

interface PreviewGridProps {
  readonly name: string;
  readonly pictures: readonly PreviewPicture[];
  readonly shown: ShownRun | null;
  /** The run that this one is compared with. */
  readonly other: ShownRun | null;
}

function PreviewGrid({ name, pictures, shown, other }: PreviewGridProps) {
  const rows = pictures.toSorted((a, b) => b.step - a.step);
  const prompts = rows[0]?.prompts ?? [];
  const [column, setColumn] = useState(0);
  const shownColumn = Math.min(column, prompts.length - 1);
  const [first, last] = [rows.at(-1), rows[0]];
  return (
    <section className="rs-preview-grid">
      {name === "" ? null : <h4>{name}</h4>}
      <div className="rs-preview-columns">
        <table>
          <thead>
            <tr>
              <td />
              {prompts.map((prompt, i) => (
                <th key={i} scope="col">
                  <button
                    type="button"
                    className="rs-link-button"
                    aria-pressed={i === column}
                    onClick={() => setColumn(i)}
                  >
                    {prompt}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ step, url, gap }) => (
              <tr key={step}>
                <th scope="row">{step === 0 ? words.start : words.step(step)}</th>
                {prompts.map((prompt, i) => (
                  <td key={i}>
                    <PictureCell
                      url={url}
                      index={i}
                      count={prompts.length}
                      gap={gap}
                      label={words.cell(prompt, step)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="rs-preview-sliders">
          <Beside picture={last} column={shownColumn} shown={shown} other={other} />
          {first === undefined || last === undefined || first === last ? null : (
            <BeforeAfter
              before={{ ...first, index: shownColumn }}
              after={{ ...last, index: shownColumn }}
              caption={words.sliderOf(first.step, last.step)}
            />
          )}
        </div>
      </div>
    </section>
  );
}

interface BesideProps {
  readonly picture: PreviewPicture | undefined;
  /** Of the prompt. */
  readonly column: number;
  readonly shown: ShownRun | null;
  readonly other: ShownRun | null;
}

/** The newest picture of the same prompt in the run that this one is compared with. */
function Beside({ picture, column, shown, other }: BesideProps) {
  if (picture === undefined || shown === null || other === null) return null;
  const prompt = picture.prompts[column] ?? "";
  const counterpart = other.previews.findLast(({ prompts }) => prompts.includes(prompt));
  if (counterpart === undefined) return <p className="rs-muted">{words.noCounterpart(other.detail.name)}</p>;
  return (
    <BeforeAfter
      before={{ ...counterpart, index: counterpart.prompts.indexOf(prompt) }}
      after={{ ...picture, index: column }}
      caption={words.sliderRuns(other.detail.name, shown.detail.name)}
    />
  );
}
