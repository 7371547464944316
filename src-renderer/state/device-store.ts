// Which devices this machine has, lacks, or cannot have at all: looked up when somebody first wants to choose one.

import { useEffect } from "react";
import { create } from "zustand";
import type { DeviceReport } from "../../src-main/common/doctor-report.ts";
import { studio } from "../api/studio.ts";
import { connectionStore } from "./connection-store.ts";
import { toastFailure } from "./toast-store.ts";

interface DeviceState {
  /** `null`: not known yet. */
  readonly devices: readonly DeviceReport[] | null;
}

const deviceStore = create<DeviceState>(() => ({ devices: null }));
/** The connection for which they were asked. */
let askedAt = 0;

export function useDevices(): readonly DeviceReport[] | null {
  const connection = connectionStore(({ count }) => count);
  useEffect(() => {
    // Each device is tried in a process of its own, so that it is asked once a program.
    if (connection === 0 || askedAt === connection) return;
    askedAt = connection;
    studio.doctor({}).then(({ devices }) => deviceStore.setState({ devices }), toastFailure);
  }, [connection]);
  return deviceStore(({ devices }) => devices);
}
