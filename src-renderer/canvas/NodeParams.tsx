// A node's parameters in short. A double-click, or Enter, edits one where it stands.

import { useState } from "react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { type ParamField, paramValue } from "../../src-main/common/workflow-params.ts";
import type { WorkflowNode } from "../../src-main/common/workflow.ts";
import { changeParam } from "../commands/node-edits.ts";
import { sealHistory } from "../state/document-store.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { isEditedInNode, isSet, printShort, printValue, shownFields } from "./node-look.ts";

interface NodeParamsProps {
  readonly id: string;
  readonly node: WorkflowNode;
  readonly type: NodeType;
  readonly diagnostics: readonly Diagnostic[];
}

export function NodeParams({ id, node, type, diagnostics }: NodeParamsProps) {
  const edited = shellStore(({ editedParam }) => (editedParam?.node === id ? editedParam.param : null));
  const isFaulty = (name: string): boolean => diagnostics.some(({ at }) => at.param === name);
  const fields = shownFields(node, type, isFaulty);
  if (fields.length === 0) return null;
  return (
    <dl className="rs-node-params">
      {fields.map((field) => {
        const value = paramValue(node.params, field);
        return (
          <div key={field.name} data-param={field.name} className={classOf(isFaulty(field.name), isSet(node, field))}>
            <dt>{field.label}</dt>
            {edited === field.name ? (
              <dd className="nodrag nopan">
                <ParamEditor node={id} field={field} value={value} />
              </dd>
            ) : field.kind === "switch" ? (
              <dd className="nodrag">
                <input
                  type="checkbox"
                  role="switch"
                  aria-label={field.label}
                  checked={value === true}
                  onChange={(event) => changeParam(id, field.name, field.label, event.target.checked)}
                />
              </dd>
            ) : (
              <dd
                className={isEditedInNode(field) ? "rs-can-edit" : undefined}
                title={printValue(field, value)}
                onDoubleClick={() => {
                  if (isEditedInNode(field)) shellStore.setState({ editedParam: { node: id, param: field.name } });
                }}
              >
                {printShort(field, value)}
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

function classOf(isFaulty: boolean, isSet: boolean): string {
  return ["rs-node-param", isFaulty ? "rs-has-fault" : "", isSet ? "rs-is-set" : ""].filter(Boolean).join(" ");
}

interface ParamEditorProps {
  readonly node: string;
  readonly field: ParamField;
  readonly value: unknown;
}

/** Enter and leaving the field take what was typed, Escape does not. */
function ParamEditor({ node, field, value }: ParamEditorProps) {
  const [typed, setTyped] = useState(typeof value === "string" || typeof value === "number" ? String(value) : "");
  const close = (): void => shellStore.setState({ editedParam: null });
  const take = (words: string): void => {
    const read = readValue(field, words);
    if (read !== undefined && read !== value) {
      changeParam(node, field.name, field.label, read);
      sealHistory();
    }
    close();
  };
  const common = {
    value: typed,
    autoFocus: true,
    "aria-label": field.label,
    onBlur: () => take(typed),
    onKeyDown: (event: React.KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Enter") take(typed);
      if (event.key === "Escape") close();
    },
  };
  if (field.kind === "choice")
    return (
      <select {...common} onChange={(event) => (setTyped(event.target.value), take(event.target.value))}>
        {field.isNullable ? <option value="">{field.empty ?? text.inspector.none}</option> : null}
        {(field.choices ?? []).map((choice) => (
          <option key={choice} value={choice}>
            {field.choiceLabels?.[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  return (
    <input
      {...common}
      type={field.kind === "text" ? "text" : "number"}
      step={field.step ?? (field.kind === "integer" ? 1 : "any")}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

/** `undefined`: what was typed is no value. */
function readValue({ kind, isNullable }: ParamField, words: string): unknown {
  if (words === "" && isNullable) return null;
  if (kind === "text" || kind === "choice") return words;
  const number = Number(words);
  return words === "" || !Number.isFinite(number) ? undefined : number;
}
