// Everything that is wrong with the workflow; a click goes to the node, port or parameter.

import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { withheldPaths } from "../../nodes/withheld-paths.ts";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { needsLeft } from "../choose/needs-left.ts";
import { goToPlace } from "../commands/go-to-place.ts";
import { askToLook } from "../files/withheld-paths.ts";
import { DiagnosticActionButton } from "../run/DiagnosticActionButton.tsx";
import { checkStore } from "../state/check-store.ts";
import { useActiveTab, useWorkflow } from "../state/document-store.ts";
import { openDialog } from "../state/shell-store.ts";
import { placeWords } from "../text/place-words.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { PastMessages } from "./PastMessages.tsx";

/** Nobody reads more at once, and each takes time to lay out. */
const MOST = 100;

export function ProblemsPanel() {
  return (
    <>
      <ProblemsOfWorkflow />
      <PastMessages />
    </>
  );
}

function ProblemsOfWorkflow() {
  const tab = useActiveTab();
  const { diagnostics, missing, isComplete } = checkStore();
  if (tab === undefined) return <p className="rs-panel-empty">{text.problems.empty}</p>;
  if (diagnostics.length === 0)
    return (
      <p className="rs-panel-empty">
        {isComplete ? <CircleCheck size={16} aria-hidden className="rs-tone-success" /> : null}
        {isComplete ? text.problems.none : text.problems.checking}
      </p>
    );
  const sorted = diagnostics.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  const withheld = new Set(withheldPaths(tab.history.present).map(({ path }) => path)).size;
  return (
    <div className="rs-problems">
      {withheld > 0 ? (
        <div className="rs-problems-missing">
          <span>{text.choosing.withheld.banner(withheld)}</span>
          <button type="button" className="rs-button rs-button-small" onClick={askToLook}>
            {text.choosing.withheld.show}
          </button>
        </div>
      ) : null}
      {missing.length > 0 ? (
        <div className="rs-problems-missing">
          <span>{text.missing.banner(missing.length)}</span>
          <button type="button" className="rs-button rs-button-small" onClick={() => openDialog("missing")}>
            {text.problems.locate}
          </button>
        </div>
      ) : null}
      {needsLeft(tab.history.present) ? (
        <div className="rs-problems-missing">
          <span>{text.choosing.needs.banner}</span>
          <button type="button" className="rs-button rs-button-small" onClick={() => openDialog("missing")}>
            {text.choosing.needs.show}
          </button>
        </div>
      ) : null}
      <ul>
        {sorted.slice(0, MOST).map((diagnostic, i) => (
          <Problem key={`${diagnostic.code}-${diagnostic.at.node}-${i}`} diagnostic={diagnostic} />
        ))}
      </ul>
      {sorted.length > MOST ? <p className="rs-panel-empty">{text.problems.more(sorted.length - MOST)}</p> : null}
    </div>
  );
}

function Problem({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const { severity, message, help, at, notes } = diagnostic;
  const workflow = useWorkflow((present) => present);
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <li className="rs-problem-row">
      <button type="button" className="rs-problem" onClick={() => goToPlace(at)}>
        <Icon
          size={15}
          className={severity === "error" ? "rs-tone-error" : "rs-tone-warning"}
          aria-label={severity === "error" ? text.problems.error : text.problems.warning}
        />
        <span className="rs-problem-where">{placeWords(workflow, at)}</span>
        <span className="rs-problem-text">
          {asSentence(message)}
          {at.node === undefined || at.file === undefined ? null : (
            <span className="rs-problem-note rs-path">{at.file}</span>
          )}
          {(notes ?? []).map((note, i) => (
            <span key={i} className="rs-problem-note">
              {`${placeWords(workflow, note.at)} ${note.message}`.trim()}
            </span>
          ))}
          {help === undefined ? null : <span className="rs-problem-help">{asSentence(help)}</span>}
        </span>
      </button>
      <DiagnosticActionButton diagnostic={diagnostic} />
    </li>
  );
}
