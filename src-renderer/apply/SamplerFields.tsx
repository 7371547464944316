// Which sampler draws, its own settings, and the noise that the model was trained with.

import { type Betas, betas, type DrawingSettings } from "../../src-main/common/applying.ts";
import { schedulerName } from "../../src-main/common/sampling.ts";
import { text } from "../text/text.ts";
import { ChoiceField } from "../ui/ChoiceField.tsx";
import { NumberField } from "./NumberField.tsx";

const words = text.applying;

export interface SettingsProps {
  readonly settings: DrawingSettings;
  readonly set: (change: Partial<DrawingSettings>) => void;
}

export function SamplerFields({ settings, set }: SettingsProps) {
  const setBetas = (change: Partial<Betas>): void => set({ betas: { ...settings.betas, ...change } });
  return (
    <>
      <ChoiceField
        label={words.scheduler}
        value={settings.scheduler}
        choices={schedulerName.options}
        onChange={(scheduler) => set({ scheduler })}
      />
      {settings.scheduler === "ddim" ? (
        <>
          <NumberField
            label={words.eta}
            value={settings.eta}
            min={0}
            max={1}
            step={0.1}
            onChange={(eta) => set({ eta })}
          />
          <NumberField
            label={words.rescale}
            value={settings.rescale}
            min={0.1}
            max={1}
            step={0.1}
            onChange={(rescale) => set({ rescale })}
          />
        </>
      ) : null}
      <NumberField
        label={words.cacheInterval}
        value={settings.cacheInterval}
        min={1}
        max={100}
        onChange={(cacheInterval) => set({ cacheInterval })}
      />
      {settings.toldFps === null ? null : (
        <NumberField
          label={words.toldFps}
          value={settings.toldFps}
          min={1}
          max={120}
          onChange={(toldFps) => set({ toldFps })}
        />
      )}
      <ChoiceField
        label={words.betaSchedule}
        value={settings.betas.schedule}
        choices={betas.shape.schedule.options}
        onChange={(schedule) => setBetas({ schedule })}
      />
      <NumberField
        label={words.betaStart}
        value={settings.betas.start}
        min={0.00001}
        max={0.5}
        step={0.00005}
        onChange={(start) => setBetas({ start })}
      />
      <NumberField
        label={words.betaEnd}
        value={settings.betas.end}
        min={0.00001}
        max={0.5}
        step={0.001}
        onChange={(end) => setBetas({ end })}
      />
    </>
  );
}
