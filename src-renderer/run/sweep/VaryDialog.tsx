// Several values of one or more parameters, and how many runs that makes.

import { useState } from "react";
import { countCombinations } from "../../../src-main/common/combine-values.ts";
import { MOST_QUEUED_RUNS } from "../../../src-main/common/studio/sweep.ts";
import { paramValue } from "../../../src-main/common/workflow-params.ts";
import type { Workflow } from "../../../src-main/common/workflow.ts";
import { countingFields, nameOf, paramAt, shapeOf, typeOf } from "../../canvas/node-look.ts";
import { useActiveTab } from "../../state/document-store.ts";
import { openVary, type VaryRequest } from "../../state/shown-sweep-store.ts";
import { attempt } from "../../state/toast-store.ts";
import { text } from "../../text/text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { queueSweep } from "./queue-sweep.ts";
import { RunOn, type RunOnChoice } from "./RunOn.tsx";
import { draftOf, type VariedDraft, variedValues } from "./varied-values.ts";
import { VariedParam } from "./VariedParam.tsx";

const words = text.sweep.dialog;

export function VaryDialog({ request }: { readonly request: VaryRequest }) {
  const workflow = useActiveTab()?.history.present;
  const [drafts, setDrafts] = useState<readonly VariedDraft[]>(() => firstDraft(workflow, request));
  const [runOn, setRunOn] = useState<RunOnChoice>(null);
  const [isQueuing, setQueuing] = useState(false);
  if (workflow === undefined) return null;
  const varied = drafts.flatMap((draft) => {
    const found = paramAt(workflow, draft.node, draft.param);
    return found === undefined
      ? []
      : [{ draft, field: found.field, ...variedValues(draft, found.node, found.type, found.field) }];
  });
  const runs = runsOf(varied.map(({ values }) => values.length));
  const isSound = runs > 0 && runs <= MOST_QUEUED_RUNS && varied.every(({ fault }) => fault === null);
  const queue = (): void => {
    if (!isSound || isQueuing) return;
    setQueuing(true);
    attempt(async () => {
      try {
        const asked = varied.map(({ draft: { node, param }, values }) => ({ node, param, values }));
        await queueSweep(asked, runOn);
        openVary(null);
      } finally {
        setQueuing(false);
      }
    });
  };
  return (
    <Dialog
      title={words.title}
      onClose={() => openVary(null)}
      footer={
        <Footer sizes={varied.map(({ values }) => values.length)} isOff={!isSound || isQueuing} onQueue={queue} />
      }
    >
      <div className="rs-vary">
        <p className="rs-muted">{words.text}</p>
        {varied.map(({ draft, field, fault }, i) => (
          <VariedParam
            key={`${draft.node} ${draft.param}`}
            title={nameOf(workflow, draft.node)}
            field={field}
            draft={draft}
            fault={fault}
            isFocused={i === varied.length - 1}
            onChange={(next) => setDrafts(drafts.map((one) => (one === draft ? next : one)))}
            onRemove={() => setDrafts(drafts.filter((one) => one !== draft))}
          />
        ))}
        <AddParam
          workflow={workflow}
          first={request.node}
          drafts={drafts}
          onAdd={(draft) => setDrafts([...drafts, draft])}
        />
        <RunOn chosen={runOn} onChoose={setRunOn} />
      </div>
    </Dialog>
  );
}

interface FooterProps {
  /** How many values each parameter takes. */
  readonly sizes: readonly number[];
  readonly isOff: boolean;
  readonly onQueue: () => void;
}

function Footer({ sizes, isOff, onQueue }: FooterProps) {
  const runs = runsOf(sizes);
  const isTooMany = runs > MOST_QUEUED_RUNS;
  const told = isTooMany ? words.tooMany(runs, MOST_QUEUED_RUNS) : runs === 0 ? "" : words.count(sizes, runs);
  return (
    <>
      <span className={isTooMany ? "rs-vary-count rs-tone-error" : "rs-vary-count"} role="status">
        {told}
      </span>
      <button type="button" className="rs-button" onClick={() => openVary(null)}>
        {text.app.cancel}
      </button>
      <button type="button" className="rs-button rs-button-primary" disabled={isOff} onClick={onQueue}>
        {words.queue(runs)}
      </button>
    </>
  );
}

/** Of nothing that varies there is no sweep. */
function runsOf(sizes: readonly number[]): number {
  return sizes.length === 0 ? 0 : countCombinations(sizes);
}

function firstDraft(workflow: Workflow | undefined, { node: id, param }: VaryRequest): readonly VariedDraft[] {
  if (workflow === undefined || id === null || param === null) return [];
  const found = paramAt(workflow, id, param);
  return found === undefined ? [] : [draftOf(id, found.field, paramValue(found.node.params, found.field))];
}

interface AddParamProps {
  readonly workflow: Workflow;
  /** The node whose parameters come first. */
  readonly first: string | null;
  readonly drafts: readonly VariedDraft[];
  readonly onAdd: (draft: VariedDraft) => void;
}

function AddParam({ workflow, first, drafts, onAdd }: AddParamProps) {
  const label = drafts.length === 0 ? words.addFirst : words.add;
  const nodes = Object.entries(workflow.graph.nodes)
    .flatMap(([id, node]) => {
      const type = typeOf(node);
      if (type === undefined || shapeOf(node) !== "node" || node.mode !== undefined) return [];
      const isTaken = (name: string): boolean => drafts.some((one) => one.node === id && one.param === name);
      const fields = countingFields(node, type).filter(({ name }) => !isTaken(name));
      return fields.length === 0 ? [] : [{ id, node, title: nameOf(workflow, id), fields }];
    })
    .toSorted((a, b) => Number(b.id === first) - Number(a.id === first) || a.title.localeCompare(b.title));
  return (
    <select
      className="rs-vary-add"
      aria-label={label}
      value=""
      {...(drafts.length === 0 ? { "data-autofocus": true } : {})}
      onChange={(event) => {
        const [id, name] = event.target.value.split("\n");
        const chosen = nodes.find((one) => one.id === id);
        const field = chosen?.fields.find((one) => one.name === name);
        if (chosen === undefined || field === undefined) return;
        onAdd(draftOf(chosen.id, field, paramValue(chosen.node.params, field)));
      }}
    >
      <option value="" disabled>
        {label}
      </option>
      {nodes.map(({ id, title, fields }) => (
        <optgroup key={id} label={title}>
          {fields.map((field) => (
            <option key={field.name} value={`${id}\n${field.name}`}>
              {field.label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
