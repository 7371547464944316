// Who does the runs of a sweep: this computer, or the workers of the queue, where there are any.

import { useId } from "react";
import { deviceName } from "../../../src-main/common/device.ts";
import type { AskedWorkers } from "../../../src-main/common/studio/job.ts";
import { useQueue } from "../../state/queue-store.ts";
import { text } from "../../text/text.ts";
import { type OfferedCrew, offeredCrews } from "../workers/worker-words.ts";

const words = text.workers.runOn;
const HERE = "";

/** `null`: this computer. */
export type RunOnChoice = AskedWorkers | null;

interface RunOnProps {
  readonly chosen: RunOnChoice;
  readonly onChoose: (chosen: RunOnChoice) => void;
}

/** Nothing, where there is nothing to choose. */
export function RunOn({ chosen, onChoose }: RunOnProps) {
  const { setting, report } = useQueue();
  const id = useId();
  const present = setting === null ? [] : offeredCrews(report?.workers ?? [], setting.version);
  // What was chosen stays, whoever leaves meanwhile.
  const isGone = chosen !== null && present.every(({ device }) => device !== chosen.device);
  const crews = isGone ? [...present, { device: chosen.device, count: 0 }] : present;
  if (crews.length === 0) return null;
  return (
    <div className="rs-run-on">
      <label className="rs-run-on-choice">
        {words.label}
        <select
          value={chosen?.device ?? HERE}
          onChange={({ target: { value } }) =>
            onChoose(value === HERE ? null : { device: deviceName.parse(value), images: chosen?.images ?? false })
          }
        >
          <option value={HERE}>{words.here}</option>
          {crews.map((crew) => (
            <option key={crew.device} value={crew.device}>
              {nameOf(crew, crews)}
            </option>
          ))}
        </select>
      </label>
      {isGone ? <small className="rs-tone-warning">{words.gone}</small> : null}
      {chosen === null ? null : (
        <>
          <label className="rs-run-on-images">
            <input
              type="checkbox"
              checked={chosen.images}
              aria-describedby={id}
              onChange={(event) => onChoose({ ...chosen, images: event.target.checked })}
            />
            {words.images}
          </label>
          <small id={id} className="rs-muted">
            {words.imagesHelp}
          </small>
        </>
      )}
    </div>
  );
}

/** With their device only where that tells them apart. */
function nameOf({ device, count }: OfferedCrew, crews: readonly OfferedCrew[]): string {
  return crews.length === 1 ? words.workers(count) : words.workersOn(text.learning.plan.devices[device], count);
}
