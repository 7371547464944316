// Several runs side by side: what they were made with, how their rewards went, and what they draw of the same prompt and noise.

import { useState } from "react";
import type { RunDetail } from "../../../src-main/common/studio/run.ts";
import { shownRunStore } from "../../state/shown-run-store.ts";
import { text } from "../../text/text.ts";
import { Chart } from "../Chart.tsx";
import { PictureCell } from "../PictureCell.tsx";
import { differingParameters, OF_EVERY_RUN, type RunColumn } from "../table/run-columns.ts";
import { rewardCurves } from "./reward-curves.ts";
import { sharedImages } from "./shared-images.ts";
import { useRunDetails } from "./use-run-details.ts";

const words = text.learning.compare;
/** Above the parameters. */
const FACTS = ["state", "began", "time", "steps", "reward", "heldOut"];

export function ComparePane({ runs: ids }: { readonly runs: readonly string[] }) {
  const runs = useRunDetails(ids);
  const numbers = runs.map(({ number }) => number);
  return (
    <>
      <div className="rs-run-bar">
        <strong className="rs-run-name">{words.title(numbers)}</strong>
        <span className="rs-run-commands">
          <button
            type="button"
            className="rs-button rs-button-small"
            onClick={() => shownRunStore.setState({ compared: [] })}
          >
            {words.close}
          </button>
        </span>
      </div>
      <div className="rs-panel-scroll rs-compare" tabIndex={0} role="region" aria-label={words.title(numbers)}>
        <Parameters runs={runs} />
        <Curves runs={runs} />
        <Images runs={runs} />
      </div>
    </>
  );
}

function Parameters({ runs }: { readonly runs: readonly RunDetail[] }) {
  const facts = OF_EVERY_RUN.filter(({ id }) => FACTS.includes(id));
  const parameters = differingParameters(runs);
  return (
    <table className="rs-table">
      <caption className="rs-hidden-visually">{words.parameters}</caption>
      <thead>
        <tr>
          <td />
          {runs.map(({ id, number, name }) => (
            <th key={id} scope="col">
              {text.run.name(number)} <span className="rs-muted">{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...facts, ...parameters].map((column) => (
          <Row key={column.id} column={column} runs={runs} />
        ))}
        {parameters.length > 0 || runs.length === 0 ? null : (
          <tr>
            <th scope="row">{words.parameters}</th>
            <td colSpan={runs.length}>{words.sameParameters}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Row({ column: { label, print }, runs }: { readonly column: RunColumn; readonly runs: readonly RunDetail[] }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {runs.map((run) => (
        <td key={run.id}>{print(run)}</td>
      ))}
    </tr>
  );
}

function Curves({ runs }: { readonly runs: readonly RunDetail[] }) {
  const { steps, curves } = rewardCurves(runs);
  if (steps.length === 0) return null;
  return <Chart label={words.curves} axes={{ left: text.learning.run.reward }} steps={steps} curves={curves} />;
}

function Images({ runs }: { readonly runs: readonly RunDetail[] }) {
  const rows = sharedImages(runs);
  const [most, setMost] = useState(8);
  if (rows.length === 0) return <p className="rs-muted">{words.noImages}</p>;
  return (
    <>
      <table className="rs-compare-images">
        <caption>{words.images}</caption>
        <thead>
          <tr>
            <td />
            {runs.map(({ id, number }) => (
              <th key={id} scope="col">
                {text.run.name(number)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map(({ prompt, seed, images }) => (
            <tr key={`${seed} ${prompt}`}>
              <th scope="row">
                {prompt} <span className="rs-muted">{words.seed(seed)}</span>
              </th>
              {images.map((image, i) => (
                <td key={runs[i]?.id ?? i}>
                  {image === undefined ? (
                    <span className="rs-muted">{words.noImage}</span>
                  ) : (
                    <PictureCell
                      url={image.preview.url}
                      index={image.index}
                      count={image.preview.prompts.length}
                      gap={image.preview.gap}
                      label={words.image(prompt, runs[i]?.number ?? 0, image.preview.step)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length <= most ? null : (
        <button type="button" className="rs-button rs-button-small" onClick={() => setMost(rows.length)}>
          {words.more(rows.length - most)}
        </button>
      )}
    </>
  );
}
