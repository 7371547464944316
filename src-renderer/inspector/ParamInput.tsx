// One parameter: a number, a text, a choice, a switch, a seed or a file.

import { ChevronsUpDown, Dices, FolderOpen, Grid3x3, RotateCcw } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import type { ParamField } from "../../src-main/common/workflow-params.ts";
import { keysOf } from "../commands/commands.ts";
import { changeParams } from "../commands/param-edits.ts";
import { dialogStart } from "../files/withheld-paths.ts";
import { sealHistory } from "../state/document-store.ts";
import { chooseFile, openPicker, shellStore } from "../state/shell-store.ts";
import { openVary } from "../state/shown-sweep-store.ts";
import { explanationOf } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";

interface ParamInputProps {
  /** All of them are changed at once. */
  readonly nodes: readonly string[];
  readonly field: ParamField;
  readonly value: unknown;
  /** Whether the nodes hold different values. */
  readonly isMixed?: boolean;
  readonly fault: Diagnostic | undefined;
}

export function ParamInput({ nodes, field, value, isMixed = false, fault }: ParamInputProps) {
  const [node = ""] = nodes;
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
  const isChanged = field.fallback !== undefined && (isMixed || value !== field.fallback);
  const set = (next: unknown): void => changeParams(nodes, field.name, field.label, next);
  return (
    <div ref={row} className={fault === undefined ? "rs-param" : "rs-param rs-has-fault"} onBlur={sealHistory}>
      <div className="rs-param-head">
        <label htmlFor={id} onContextMenu={(event) => openMenu(event, nodes, field.name)}>
          {isChanged ? <span className="rs-dot rs-dot-set" title={text.inspector.isSet} aria-hidden /> : null}
          {field.label}
          {field.unit === undefined ? null : <small> {field.unit}</small>}
        </label>
        {nodes.length === 1 ? (
          <IconButton
            icon={Grid3x3}
            label={text.sweep.varyParam(field.label)}
            keys={keysOf("run.vary")}
            size="small"
            className="rs-param-vary"
            // Tab goes from field to field.
            isPassed
            onClick={() => openVary({ node, param: field.name })}
          />
        ) : null}
      </div>
      <div className="rs-param-input">
        <Control
          id={id}
          node={nodes.length === 1 ? node : null}
          field={field}
          value={isMixed ? undefined : value}
          isMixed={isMixed}
          set={set}
        />
        {isChanged ? (
          <IconButton
            icon={RotateCcw}
            label={text.inspector.reset(field.label)}
            size="small"
            onClick={() => set(field.fallback)}
          />
        ) : null}
      </div>
      <small id={`${id}-help`} className={fault === undefined ? "rs-muted" : "rs-tone-error"}>
        {fault === undefined ? field.help : explanationOf(fault)}
      </small>
    </div>
  );
}

/** Of the label: in a field the browser's own menu pastes and checks spelling. */
function openMenu(event: React.MouseEvent, [node = "", ...others]: readonly string[], name: string): void {
  if (others.length > 0) return;
  event.preventDefault();
  shellStore.setState({ menu: { of: "param", at: { x: event.clientX, y: event.clientY }, param: { node, name } } });
}

interface ControlProps {
  readonly id: string;
  /** `null`: there are several, for which nothing is chosen from a list. */
  readonly node: string | null;
  readonly field: ParamField;
  readonly value: unknown;
  readonly isMixed: boolean;
  readonly set: (value: unknown) => void;
}

function Control({ id, node, field, value, isMixed, set }: ControlProps) {
  const common = { id, "aria-describedby": `${id}-help` };
  const words = typeof value === "string" ? value : "";
  const empty = isMixed ? text.inspector.mixed : (field.empty ?? "");
  if (field.kind === "number" || field.kind === "integer")
    return <NumberControl id={id} node={node} field={field} value={value} isMixed={isMixed} set={set} />;
  if (field.kind === "switch")
    return (
      <input
        {...common}
        type="checkbox"
        role="switch"
        checked={value === true}
        ref={(box) => {
          if (box !== null) box.indeterminate = isMixed;
        }}
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
        {isMixed && !field.isNullable ? (
          <option value="" disabled>
            {text.inspector.mixed}
          </option>
        ) : null}
        {field.isNullable ? <option value="">{empty === "" ? text.inspector.none : empty}</option> : null}
        {(field.choices ?? []).map((choice) => (
          <option key={choice} value={choice}>
            {field.choiceLabels?.[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  if (field.control === "lines")
    return (
      <textarea {...common} rows={5} value={words} placeholder={empty} onChange={(event) => set(event.target.value)} />
    );
  return <LineControl id={id} node={node} field={field} value={value} isMixed={isMixed} set={set} />;
}

/** A line of text, with what there is to choose from. */
function LineControl({ id, node, field, value, isMixed, set }: ControlProps) {
  const words = typeof value === "string" ? value : "";
  const empty = isMixed ? text.inspector.mixed : (field.empty ?? "");
  const { control, offers, suggestions } = field;
  const isListed = node !== null && (offers !== undefined || suggestions !== undefined);
  const pick = (): void => {
    if (node !== null) openPicker({ node, param: field.name });
  };
  return (
    <>
      <input
        id={id}
        aria-describedby={`${id}-help`}
        type="text"
        value={words}
        placeholder={field.fallback === undefined && !isMixed ? text.choosing.noneYet : empty}
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
          className={
            words === "" && field.fallback === undefined && !isMixed ? "rs-button rs-button-primary" : "rs-button"
          }
          aria-haspopup="dialog"
          aria-label={text.choosing.choose(field.label)}
          title={text.choosing.choose(field.label)}
          onClick={pick}
        >
          <ChevronsUpDown size={15} aria-hidden />
        </button>
      ) : control === "file" || control === "folder" ? (
        <IconButton
          icon={FolderOpen}
          label={text.inspector.browse}
          onClick={() => chooseFile({ mode: control, start: dialogStart(words), onChoose: set })}
        />
      ) : null}
    </>
  );
}

/** What is typed stays as it is typed; only what is a number, or empty where that means something, goes to the node. */
function NumberControl({ id, field, value, isMixed, set }: ControlProps) {
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
        placeholder={isMixed ? text.inspector.mixed : field.empty}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value !== "") set(event.target.valueAsNumber);
          else if (field.isNullable) set(null);
        }}
      />
      {field.control === "seed" ? (
        <IconButton
          icon={Dices}
          label={text.inspector.dice}
          onClick={() => set(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)}
        />
      ) : null}
    </>
  );
}
