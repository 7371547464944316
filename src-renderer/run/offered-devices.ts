// The devices that can be chosen between on this machine.

import { deviceChoice, type DeviceChoice } from "../../src-main/common/device.ts";
import type { DeviceReport } from "../../src-main/common/doctor-report.ts";

export interface OfferedDevice {
  readonly device: DeviceChoice;
  readonly isAvailable: boolean;
}

/**
 * In the order of preference. What was chosen is always among them, even if it is from another machine.
 * @param reports `null`: not known yet, so that nothing but what is surely there is offered
 */
export function offeredDevices(
  reports: readonly DeviceReport[] | null,
  chosen: DeviceChoice,
): readonly OfferedDevice[] {
  return deviceChoice.options.flatMap((device): OfferedDevice[] => {
    const report = reports?.find((one) => one.device === device);
    const isSure = device === "auto" || device === "cpu";
    const isOffered = isSure || device === chosen || report?.isPossible === true;
    // Until it is known, what was chosen before is taken to be still there.
    return isOffered ? [{ device, isAvailable: isSure || (report?.available ?? reports === null) }] : [];
  });
}
