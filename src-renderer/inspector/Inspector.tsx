// The parameters and ports of the selected node; with none selected, what the workflow says of itself.

import { paramValue } from "../../src-main/common/workflow-params.ts";
import { own } from "../../src-main/common/workflow.ts";
import { countingFields, fieldsOf, nameOf, shapeOf, titleOf, typeOf } from "../canvas/node-look.ts";
import { RunGlance } from "../run/RunGlance.tsx";
import { useNodeDiagnostics } from "../state/check-store.ts";
import { useActiveTab } from "../state/document-store.ts";
import { EMPTY_VIEW, viewStore } from "../state/view-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { commonFields } from "./common-fields.ts";
import { NodeWires } from "./NodeWires.tsx";
import { ParamInput } from "./ParamInput.tsx";
import { WorkflowFields } from "./WorkflowFields.tsx";

export function Inspector() {
  const tab = useActiveTab();
  const selected = viewStore(({ byTab }) => (byTab[tab?.id ?? ""] ?? EMPTY_VIEW).selectedNodes);
  const [id] = selected;
  return (
    <aside className="rs-inspector" data-region="inspector" aria-label={text.regions.inspector} tabIndex={-1}>
      {id === undefined ? <RunGlance /> : null}
      {id === undefined ? <p className="rs-muted">{text.inspector.empty}</p> : null}
      {id === undefined && tab !== undefined ? <WorkflowFields workflow={tab.history.present} /> : null}
      {selected.size > 1 ? <SeveralFields key={[...selected].join()} ids={[...selected]} /> : null}
      {id !== undefined && selected.size === 1 ? <NodeFields key={id} id={id} /> : null}
    </aside>
  );
}

/** What the nodes have in common, changed in all of them at once. */
function SeveralFields({ ids }: { readonly ids: readonly string[] }) {
  const nodes = useActiveTab()?.history.present.graph.nodes ?? {};
  const cards = ids.filter((id) => {
    const node = own(nodes, id);
    return node !== undefined && shapeOf(node) === "node";
  });
  const fields = commonFields(cards.flatMap((id) => own(nodes, id) ?? []));
  return (
    <>
      <h2>{text.inspector.many(ids.length)}</h2>
      <p className="rs-muted">{fields.length === 0 ? text.inspector.nothingCommon : text.inspector.common}</p>
      {fields.map(({ field, value, isMixed }) => (
        <ParamInput key={field.name} nodes={cards} field={field} value={value} isMixed={isMixed} fault={undefined} />
      ))}
    </>
  );
}

function NodeFields({ id }: { readonly id: string }) {
  const tab = useActiveTab();
  const diagnostics = useNodeDiagnostics(id);
  const workflow = tab?.history.present;
  const node = own(workflow?.graph.nodes ?? {}, id);
  if (workflow === undefined || node === undefined) return null;
  const type = typeOf(node);
  const counting = type === undefined ? [] : countingFields(node, type);
  const isFaulty = (name: string): boolean => diagnostics.some(({ at }) => at.param === name);
  const fields =
    type === undefined ? [] : fieldsOf(type).filter((field) => counting.includes(field) || isFaulty(field.name));
  return (
    <>
      <h2>
        {nameOf(workflow, id)}
        {nameOf(workflow, id) === titleOf(node) ? null : <small className="rs-muted"> {titleOf(node)}</small>}
      </h2>
      <p className="rs-muted">{type?.help ?? text.node.unknownHelp}</p>
      {diagnostics
        .filter(({ at }) => at.param === undefined)
        .map(({ code, message, help }) => (
          <p key={code + message} className="rs-fault">
            {asSentence(message)}
            {help === undefined ? null : <small>{asSentence(help)}</small>}
          </p>
        ))}
      {fields.length === 0 ? <p className="rs-muted">{text.inspector.noParameters}</p> : null}
      {fields.map((field) => (
        <ParamInput
          key={field.name}
          nodes={[id]}
          field={field}
          value={paramValue(node.params, field)}
          fault={diagnostics.find(({ at }) => at.param === field.name)}
        />
      ))}
      <NodeWires id={id} workflow={workflow} />
    </>
  );
}
