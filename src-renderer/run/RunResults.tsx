// What Compare, Evaluate and the Apply nodes found when learning had ended.

import {
  differenceTable,
  perSampleTable,
  rewardTable,
  type TextTable,
} from "../../src-main/common/evaluation-tables.ts";
import { evaluationVerdict } from "../../src-main/common/evaluation-verdict.ts";
import type { EvaluationResult, PerSampleResult } from "../../src-main/common/studio/run.ts";
import { AppliedVideo } from "../apply/AppliedVideo.tsx";
import { text } from "../text/text.ts";
import { ComparedImages } from "./ComparedImages.tsx";
import { RunFacts } from "./RunFacts.tsx";
import { RunStory } from "./RunStory.tsx";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.run;

const NOTHING = { evaluations: [], perSample: [], applied: [], heldBack: [] };

export function RunResults({ run, shown }: { readonly run: string; readonly shown: ShownRun | null }) {
  const { evaluations: results, perSample, applied, heldBack } = shown?.detail ?? NOTHING;
  const isEmpty = results.length + perSample.length + applied.length + heldBack.length === 0;
  return (
    <div className="rs-run-results">
      {shown === null ? null : <RunFacts run={shown.detail} />}
      {shown === null ? null : <RunStory shown={shown} />}
      {isEmpty ? <p className="rs-panel-empty">{words.noResults}</p> : null}
      {results.map((result) => (
        <Result key={result.name} result={result} />
      ))}
      {perSample.map((result) => (
        <OwnEmbeddings key={result.name} result={result} />
      ))}
      {applied.map((result) => (
        <section key={result.name} className="rs-result">
          <h4>{text.applying.ofModel(result.model, result.prompt)}</h4>
          <AppliedVideo run={run} result={result} />
        </section>
      ))}
    </div>
  );
}

function Result({ result }: { readonly result: EvaluationResult }) {
  const { name, report, picture, images } = result;
  const title = words.evaluation(name, report !== null);
  const tables = report === null ? [] : [rewardTable(report), differenceTable(report), perSampleTable(report)];
  return (
    <section className="rs-result">
      <h4>{title}</h4>
      {report === null ? null : <p>{evaluationVerdict(report).join(" ")}</p>}
      {tables.map((table, i) => (table === undefined ? null : <ResultTable key={i} table={table} />))}
      {images.length === 0 ? <ResultPicture url={picture} label={title} /> : <ComparedImages result={result} />}
    </section>
  );
}

/** A sheet as it lies on disk, on the white that it is drawn for. */
function ResultPicture({ url, label }: { readonly url: string | null; readonly label: string }) {
  if (url === null) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      <img className="rs-result-picture" src={url} alt={label} />
    </a>
  );
}

function OwnEmbeddings({ result: { name, report, picture, embeddings } }: { readonly result: PerSampleResult }) {
  const title = words.perSample(name);
  const table = perSampleTable({ perSample: report.prompts });
  return (
    <section className="rs-result">
      <h4>{title}</h4>
      <p>{words.perSampleText(report.prompts.filter(({ global, perSample }) => perSample > global).length)}</p>
      {table === undefined ? null : <ResultTable table={table} />}
      <ul className="rs-result-files">
        {report.prompts.map(({ file }, i) => (
          <li key={file}>
            <a href={embeddings[i]} download>
              {file}
            </a>
          </li>
        ))}
      </ul>
      <ResultPicture url={picture} label={title} />
    </section>
  );
}

function ResultTable({ table: [head = [], ...rows] }: { readonly table: TextTable }) {
  return (
    <table className="rs-table">
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([label = "", ...cells]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {cells.map((cell, i) => (
              <td key={i}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
