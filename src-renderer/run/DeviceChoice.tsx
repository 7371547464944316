// What learning runs on. A device that this machine lacks is shown, with how to get it; one that its system cannot have is not.

import { computesInHalf, deviceChoice, type DeviceChoice as Choice, providerOf } from "../../src-main/common/device.ts";
import type { DeviceReport } from "../../src-main/common/doctor-report.ts";
import { useDevices } from "../state/device-store.ts";
import { setPreference, usePreference } from "../state/preference-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { offeredDevices } from "./offered-devices.ts";

const words = text.learning.plan;

export function DeviceChoice() {
  const chosen = usePreference("device");
  const reports = useDevices();
  const offered = offeredDevices(reports, chosen);
  const lacked = (reports ?? []).filter(({ isPossible, available }) => isPossible && !available);
  // What brings a device brings it in half precision.
  const absent = lacked.filter(
    ({ device }) => !computesInHalf(device) || lacked.every((one) => one.device !== providerOf(device)),
  );
  return (
    <>
      <label>
        {words.device}{" "}
        <select value={chosen} onChange={(event) => setPreference("device", deviceChoice.parse(event.target.value))}>
          {offered.map(({ device, isAvailable }) => (
            <option key={device} value={device} disabled={!isAvailable && device !== chosen}>
              {isAvailable ? nameOf(device) : words.absent(nameOf(device))}
            </option>
          ))}
        </select>
      </label>
      {reports === null ? <span className="rs-muted">{words.lookingForDevices}</span> : null}
      {absent.length === 0 ? null : (
        <details className="rs-absent-devices">
          <summary>{words.howToGet(absent.map(({ device }) => nameOf(device)))}</summary>
          <ul>
            {absent.map((report) => (
              <li key={report.device}>
                <strong>{nameOf(report.device)}</strong> {explain(report)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function nameOf(device: Choice): string {
  return words.devices[device];
}

function explain({ why, how }: DeviceReport): string {
  return [why, how].flatMap((part) => (part === undefined ? [] : [asSentence(part)])).join(" ");
}
