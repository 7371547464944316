// What a workflow says of itself, for whoever gets it.

import { useId } from "react";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { edit, sealHistory } from "../state/document-store.ts";
import { text } from "../text/text.ts";

const words = text.inspector;
const FIELDS = ["name", "description", "author", "licence"] as const;
type Field = (typeof FIELDS)[number];

export function WorkflowFields({ workflow }: { readonly workflow: Workflow }) {
  const { nodes, edges } = workflow.graph;
  return (
    <>
      <h2 className="rs-inspector-heading">{words.workflow}</h2>
      <p className="rs-muted">{words.size(Object.keys(nodes).length, Object.keys(edges).length)}</p>
      {FIELDS.map((field) => (
        <MetaField key={field} field={field} value={workflow.meta?.[field] ?? ""} />
      ))}
    </>
  );
}

function MetaField({ field, value }: { readonly field: Field; readonly value: string }) {
  const id = useId();
  const label = words.meta[field];
  const set = (next: string): void =>
    edit(text.edits.meta(label), (workflow) => withMeta(workflow, field, next), { mergeKey: `meta:${field}` });
  return (
    <div className="rs-param" onBlur={sealHistory}>
      <label htmlFor={id}>{label}</label>
      <div className="rs-param-input">
        {field === "description" ? (
          <textarea id={id} rows={4} value={value} onChange={(event) => set(event.target.value)} />
        ) : (
          <input id={id} type="text" value={value} onChange={(event) => set(event.target.value)} />
        )}
      </div>
    </div>
  );
}

/** What is empty is left out. */
function withMeta(workflow: Workflow, field: Field, value: string): Workflow {
  const { [field]: _, ...others } = workflow.meta ?? {};
  return { ...workflow, meta: value === "" ? others : { ...workflow.meta, [field]: value } };
}
