// How the model draws: with its own settings, until one is changed.

import { Dices } from "lucide-react";
import type { DrawingSettings } from "../../src-main/common/applying.ts";
import { longPrompts, PLAIN_READING, promptWeights } from "../../src-main/common/text-reading.ts";
import { text } from "../text/text.ts";
import { ChoiceField } from "../ui/ChoiceField.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { ApplyChoice } from "./apply-choice.ts";
import { NumberField } from "./NumberField.tsx";
import { SamplerFields, type SettingsProps } from "./SamplerFields.tsx";

const words = text.applying;

interface DrawingFieldsProps {
  readonly choice: ApplyChoice;
  readonly onChange: (change: Partial<ApplyChoice>) => void;
}

export function DrawingFields({ choice: { model, changed, seed, written, reading }, onChange }: DrawingFieldsProps) {
  const { settings: own, draws, sizeStep } = model;
  if (own === null) return null;
  const settings = { ...own, ...changed };
  const set = (change: Partial<DrawingSettings>): void => onChange({ changed: { ...changed, ...change } });
  const isChanged = Object.keys({ ...changed, ...reading }).length > 0;
  return (
    <details className="rs-drawing-settings">
      <summary>
        {words.settings} <small className="rs-muted">{isChanged ? words.changedSettings : words.ownSettings}</small>
      </summary>
      <div className="rs-drawing-fields">
        <label>
          {words.written}
          <textarea rows={2} value={written} onChange={(event) => onChange({ written: event.target.value })} />
        </label>
        <div className="rs-drawing-numbers">
          <ReadingFields reading={reading} onChange={onChange} />
          {draws === "videos" ? <VideoFields settings={settings} set={set} /> : null}
          <NumberField
            label={words.width}
            value={settings.size.width}
            min={sizeStep}
            step={sizeStep}
            onChange={(width) => set({ size: { ...settings.size, width } })}
          />
          <NumberField
            label={words.height}
            value={settings.size.height}
            min={sizeStep}
            step={sizeStep}
            onChange={(height) => set({ size: { ...settings.size, height } })}
          />
          <NumberField
            label={words.steps}
            value={settings.steps}
            min={1}
            max={1000}
            onChange={(steps) => set({ steps })}
          />
          <NumberField
            label={words.guidance}
            value={settings.guidance}
            min={1}
            step={0.5}
            onChange={(guidance) => set({ guidance })}
          />
          <SamplerFields settings={settings} set={set} />
          <NumberField label={words.seed} value={seed} min={0} onChange={(next) => onChange({ seed: next })}>
            <IconButton
              icon={Dices}
              label={text.inspector.dice}
              onClick={() => onChange({ seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 })}
            />
          </NumberField>
        </div>
        {isChanged ? (
          <button type="button" className="rs-link-button" onClick={() => onChange({ changed: {}, reading: {} })}>
            {words.resetSettings}
          </button>
        ) : null}
      </div>
    </details>
  );
}

/** How the prompt and the negative are read. */
function ReadingFields({ reading, onChange }: Pick<ApplyChoice, "reading"> & Pick<DrawingFieldsProps, "onChange">) {
  return (
    <>
      <ChoiceField
        label={words.longPrompts}
        value={reading.longPrompts ?? PLAIN_READING.longPrompts}
        choices={longPrompts.options}
        names={words.longPromptChoices}
        onChange={(chosen) => onChange({ reading: { ...reading, longPrompts: chosen } })}
      />
      <ChoiceField
        label={words.promptWeights}
        value={reading.promptWeights ?? PLAIN_READING.promptWeights}
        choices={promptWeights.options}
        names={words.promptWeightChoices}
        onChange={(chosen) => onChange({ reading: { ...reading, promptWeights: chosen } })}
      />
    </>
  );
}

function VideoFields({ settings, set }: SettingsProps) {
  return (
    <>
      <NumberField
        label={words.frames}
        value={settings.frames}
        min={1}
        max={256}
        onChange={(frames) => set({ frames })}
      />
      <NumberField label={words.fps} value={settings.fps} min={1} max={120} onChange={(fps) => set({ fps })} />
      <NumberField
        label={words.sharedNoise}
        value={settings.sharedNoise}
        min={0}
        max={1}
        step={0.1}
        onChange={(sharedNoise) => set({ sharedNoise })}
      />
    </>
  );
}
