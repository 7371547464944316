// What is drawn with the chosen model, and how.

import type { TargetModel } from "../../src-main/common/target-model.ts";
import { chooseFile } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import type { ApplyChoice } from "./apply-choice.ts";
import { ControlPicture } from "./ControlPicture.tsx";
import { DrawingFields } from "./DrawingFields.tsx";

const words = text.applying;

interface ApplyFormProps {
  readonly choice: ApplyChoice;
  /** All that are known, for the names of bases. */
  readonly models: readonly TargetModel[];
  readonly onChange: (change: Partial<ApplyChoice>) => void;
}

export function ApplyForm({ choice, models, onChange }: ApplyFormProps) {
  const { model, prompt } = choice;
  return (
    <div className="rs-apply-fields">
      <label>
        {words.prompt}
        <textarea
          rows={2}
          value={prompt}
          placeholder={words.promptPlaceholder}
          data-autofocus
          onChange={(event) => onChange({ prompt: event.target.value })}
        />
      </label>
      {model.needsBase ? <BaseField choice={choice} models={models} onChange={onChange} /> : null}
      {model.needsPicture ? <ControlPicture choice={choice} onChange={onChange} /> : null}
      <DrawingFields choice={choice} onChange={onChange} />
    </div>
  );
}

function BaseField({ choice: { model, base }, models, onChange }: ApplyFormProps) {
  const known = base === null || model.bases.includes(base) ? model.bases : [...model.bases, base];
  const nameOf = (path: string): string => models.find((each) => each.path === path)?.name ?? path;
  return (
    <div className="rs-apply-base">
      <label>
        {words.base}
        <select
          value={base ?? ""}
          onChange={(event) => onChange({ base: event.target.value === "" ? null : event.target.value })}
        >
          {base === null ? <option value="">{words.noBase}</option> : null}
          {known.map((path) => (
            <option key={path} value={path}>
              {nameOf(path)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="rs-button rs-button-small"
        onClick={() => chooseFile({ mode: "folder", start: base ?? "", onChoose: (path) => onChange({ base: path }) })}
      >
        {words.otherBase}
      </button>
    </div>
  );
}
