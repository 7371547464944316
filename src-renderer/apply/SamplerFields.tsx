// Which sampler draws, its own settings, and the noise that the model was trained with.

import { type Betas, betas, type DrawingSettings } from "../../src-main/common/applying.ts";
import { schedulerName } from "../../src-main/common/sampling.ts";
import { text } from "../text/text.ts";
import { NumberField } from "./NumberField.tsx";

const words = text.applying;
const { schedule } = betas.shape;

export interface SettingsProps {
  readonly settings: DrawingSettings;
  readonly set: (change: Partial<DrawingSettings>) => void;
}

export function SamplerFields({ settings, set }: SettingsProps) {
  const setBetas = (change: Partial<Betas>): void => set({ betas: { ...settings.betas, ...change } });
  return (
    <>
      <label>
        {words.scheduler}
        <select
          value={settings.scheduler}
          onChange={(event) => set({ scheduler: schedulerName.parse(event.target.value) })}
        >
          {schedulerName.options.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
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
      {settings.toldFps === null ? null : (
        <NumberField
          label={words.toldFps}
          value={settings.toldFps}
          min={1}
          max={120}
          onChange={(toldFps) => set({ toldFps })}
        />
      )}
      <label>
        {words.betaSchedule}
        <select
          value={settings.betas.schedule}
          onChange={(event) => setBetas({ schedule: schedule.parse(event.target.value) })}
        >
          {schedule.options.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
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
