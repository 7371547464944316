// The values of one parameter that varies: numbers in a line, texts one a line, choices ticked.

import { X } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import type { ParamField } from "../../../src-main/common/workflow-params.ts";
import { printValue } from "../../canvas/node-look.ts";
import { text } from "../../text/text.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { choicesOf, type VariedDraft } from "./varied-values.ts";

const words = text.sweep.dialog;

interface VariedParamProps {
  /** Of the node. */
  readonly title: string;
  readonly field: ParamField;
  readonly draft: VariedDraft;
  readonly fault: string | null;
  /** Whether it takes the focus when it comes. */
  readonly isFocused: boolean;
  readonly onChange: (draft: VariedDraft) => void;
  readonly onRemove: () => void;
}

export function VariedParam({ title, field, draft, fault, isFocused, onChange, onRemove }: VariedParamProps) {
  const id = useId();
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isFocused) return;
    const input = group.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    input?.focus();
    // More values are written behind the first one.
    if (input?.type !== "checkbox") input?.setSelectionRange(input.value.length, input.value.length);
    // Only as it comes.
  }, []);
  const choices = choicesOf(field);
  const label = `${title} › ${field.label}`;
  // A dialog that opens gives the focus itself.
  const autofocus = isFocused ? { "data-autofocus": true } : {};
  const typing = {
    id,
    "aria-label": label,
    "aria-describedby": `${id}-help`,
    "aria-invalid": fault !== null,
    value: draft.typed,
    ...autofocus,
  };
  return (
    <div className={fault === null ? "rs-vary-param" : "rs-vary-param rs-has-fault"} ref={group}>
      <div className="rs-vary-head">
        <label htmlFor={choices === null ? id : undefined}>
          <span className="rs-muted">{title} ›</span> {field.label}
          {field.unit === undefined ? null : <small> {field.unit}</small>}
        </label>
        <IconButton icon={X} label={words.remove(label)} size="small" onClick={onRemove} />
      </div>
      {choices !== null ? (
        <div className="rs-vary-choices" role="group" aria-label={label} aria-describedby={`${id}-help`}>
          {choices.map((choice, i) => (
            <label key={String(choice)}>
              <input
                type="checkbox"
                {...(i === 0 ? autofocus : {})}
                checked={draft.ticked.includes(choice)}
                onChange={(event) =>
                  onChange({
                    ...draft,
                    ticked: event.target.checked
                      ? [...draft.ticked, choice]
                      : draft.ticked.filter((one) => one !== choice),
                  })
                }
              />
              {printValue(field, choice)}
            </label>
          ))}
        </div>
      ) : field.kind === "text" ? (
        <textarea {...typing} rows={4} onChange={(event) => onChange({ ...draft, typed: event.target.value })} />
      ) : (
        <input
          {...typing}
          type="text"
          inputMode="decimal"
          onChange={(event) => onChange({ ...draft, typed: event.target.value })}
        />
      )}
      <small id={`${id}-help`} className={fault === null ? "rs-muted" : "rs-tone-error"}>
        {fault ?? (choices !== null ? words.choices : field.kind === "text" ? words.texts : words.numbers)}
      </small>
    </div>
  );
}
