// Gives every page of the program that asks a port to the studio, and nobody else.

import { type IpcMainEvent, ipcMain, MessageChannelMain } from "electron";
import { DESKTOP_ORIGIN, DESKTOP_PORT } from "../common/studio/desktop-port.ts";
import { studioApi, type StudioHandlers } from "../common/studio/studio-api.ts";
import { serve } from "../common/wire/serve.ts";
import { channelToPage } from "./port-channel.ts";

/** @param onFault is told of strangers that ask, and of what a page sent that is no frame */
export function handOutPorts(handlers: StudioHandlers, onFault: (what: string, fault: unknown) => void): void {
  ipcMain.on(DESKTOP_PORT, (event) => {
    const frame = ownPage(event);
    if (frame === null) {
      onFault("a frame that is not the program's page asked for a port", event.senderFrame?.url ?? "it is gone");
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    serve(
      studioApi,
      handlers,
      channelToPage(port1, (fault) => onFault("the page sent what is no frame", fault)),
    );
    frame.postMessage(DESKTOP_PORT, null, [port2]);
  });
}

/** `null` for a frame inside of a page, and for a page from elsewhere. */
function ownPage({ senderFrame }: IpcMainEvent): Electron.WebFrameMain | null {
  if (senderFrame === null || senderFrame.parent !== null) return null;
  return senderFrame.origin === DESKTOP_ORIGIN ? senderFrame : null;
}
