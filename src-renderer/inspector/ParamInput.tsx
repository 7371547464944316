// One parameter: a number, a text, a choice, a switch, a seed or a file.

import { ChevronsUpDown, Dices, FolderOpen, RotateCcw } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import { changeParam } from "../commands/node-edits.ts";
import { sealHistory } from "../state/document-store.ts";
import { chooseFile, openPicker, shellStore } from "../state/shell-store.ts";
import { explanationOf } from "../text/sentence.ts";
import { text } from "../text/text.ts";

interface ParamInputProps {
  readonly node: string;
  readonly field: ParamField;
  readonly value: unknown;
  readonly fault: Diagnostic | undefined;
}

export function ParamInput({ node, field, value, fault }: ParamInputProps) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const wanted = shellStore(
    ({ focusParam }) => focusParam?.node === node && (focusParam.param === field.name || focusParam.param === ""),
  );
  useEffect(() => {
    // Where any field will do, the first takes it.
    if (!wanted || shellStore.getState().focusParam === null) return;
    row.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
    shellStore.setState({ focusParam: null });
  }, [wanted]);
  const set = (next: unknown): void => changeParam(node, field.name, field.label, next);
  return (
    <div ref={row} className={fault === undefined ? "rs-param" : "rs-param rs-has-fault"} onBlur={sealHistory}>
      <label htmlFor={id}>
        {field.label}
        {field.unit === undefined ? null : <small> {field.unit}</small>}
      </label>
      <div className="rs-param-input">
        <Control id={id} node={node} field={field} value={value} set={set} />
        {field.fallback === undefined || value === field.fallback ? null : (
          <button
            type="button"
            className="rs-icon-button"
            aria-label={text.inspector.reset(field.label)}
            title={text.inspector.reset(field.label)}
            onClick={() => set(field.fallback)}
          >
            <RotateCcw size={14} />
          </button>
        )}
      </div>
      <small id={`${id}-help`} className={fault === undefined ? "rs-muted" : "rs-tone-error"}>
        {fault === undefined ? field.help : explanationOf(fault)}
      </small>
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly node: string;
  readonly field: ParamField;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
}

function Control({ id, node, field, value, set }: ControlProps) {
  const common = { id, "aria-describedby": `${id}-help` };
  const words = typeof value === "string" ? value : "";
  const empty = field.empty ?? "";
  if (field.kind === "number" || field.kind === "integer")
    return <NumberControl id={id} node={node} field={field} value={value} set={set} />;
  if (field.kind === "switch")
    return (
      <input
        {...common}
        type="checkbox"
        role="switch"
        checked={value === true}
        onChange={(event) => set(event.target.checked)}
      />
    );
  if (field.kind === "choice")
    return (
      <select
        {...common}
        value={words}
        onChange={(event) => set(event.target.value === "" ? null : event.target.value)}
      >
        {field.isNullable ? <option value="">{empty === "" ? text.inspector.none : empty}</option> : null}
        {(field.choices ?? []).map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  if (field.control === "lines")
    return (
      <textarea {...common} rows={5} value={words} placeholder={empty} onChange={(event) => set(event.target.value)} />
    );
  const { control, offers, suggestions } = field;
  const isListed = offers !== undefined || suggestions !== undefined;
  const pick = (): void => openPicker({ node, param: field.name });
  return (
    <>
      <input
        {...common}
        type="text"
        value={words}
        placeholder={field.fallback === undefined ? text.choosing.noneYet : empty}
        onChange={(event) => set(event.target.value)}
        onKeyDown={(event) => {
          if (!isListed || !event.altKey || event.key !== "ArrowDown") return;
          event.preventDefault();
          pick();
        }}
      />
      {isListed ? (
        <button
          type="button"
          className={words === "" && field.fallback === undefined ? "rs-button rs-button-primary" : "rs-button"}
          aria-haspopup="dialog"
          aria-label={text.choosing.choose(field.label)}
          title={text.choosing.choose(field.label)}
          onClick={pick}
        >
          <ChevronsUpDown size={15} aria-hidden />
        </button>
      ) : control === "file" || control === "folder" ? (
        <button
          type="button"
          className="rs-icon-button"
          aria-label={text.inspector.browse}
          onClick={() => chooseFile({ mode: control, start: words, onChoose: set })}
        >
          <FolderOpen size={15} />
        </button>
      ) : null}
    </>
  );
}

/** What is typed stays as it is typed; only what is a number, or empty where that means something, goes to the node. */
function NumberControl({ id, field, value, set }: ControlProps) {
  const shown = typeof value === "number" ? String(value) : "";
  const [typed, setTyped] = useState(shown);
  useEffect(() => {
    setTyped((now) => (now !== "" && Number(now) === value ? now : shown));
  }, [shown, value]);
  return (
    <>
      <input
        id={id}
        aria-describedby={`${id}-help`}
        type="number"
        value={typed}
        step={field.step ?? (field.kind === "integer" ? 1 : "any")}
        min={field.minimum ?? field.above}
        max={field.maximum}
        placeholder={field.empty}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value !== "") set(event.target.valueAsNumber);
          else if (field.isNullable) set(null);
        }}
      />
      {field.control === "seed" ? (
        <button
          type="button"
          className="rs-icon-button"
          aria-label={text.inspector.dice}
          onClick={() => set(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)}
        >
          <Dices size={15} />
        </button>
      ) : null}
    </>
  );
}
