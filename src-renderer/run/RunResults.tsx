// What Compare and Evaluate found when learning had ended.

import type { EvaluationResult } from "../../src-main/common/studio/run.ts";
import { differenceTable, perSampleTable, rewardTable, type TextTable } from "../../src-main/common/evaluation-tables.ts";
import { evaluationVerdict } from "../../src-main/common/evaluation-verdict.ts";
import { text } from "../text/text.ts";
import type { ShownRun } from "./use-run-detail.ts";

const words = text.learning.run;

export function RunResults({ shown }: { readonly shown: ShownRun | null }) {
  const results = shown?.detail.evaluations ?? [];
  if (results.length === 0) return <p className="panel-empty">{words.noResults}</p>;
  return (
    <div className="run-results">
      {results.map((result) => (
        <Result key={result.name} result={result} />
      ))}
    </div>
  );
}

function Result({ result: { name, report, picture } }: { readonly result: EvaluationResult }) {
  const tables = report === null ? [] : [rewardTable(report), differenceTable(report), perSampleTable(report)];
  return (
    <section className="result">
      <h4>{words.evaluation(name)}</h4>
      {report === null ? null : <p>{evaluationVerdict(report).join(" ")}</p>}
      {tables.map((table, i) => (table === undefined ? null : <ResultTable key={i} table={table} />))}
      {picture === null ? null : (
        <a href={picture} target="_blank" rel="noreferrer">
          <img className="result-picture" src={picture} alt={words.evaluation(name)} />
        </a>
      )}
    </section>
  );
}

function ResultTable({ table: [head = [], ...rows] }: { readonly table: TextTable }) {
  return (
    <table className="table">
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
