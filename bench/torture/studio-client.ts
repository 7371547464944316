// The studio behind `reneg serve`, asked through its own contract as the page asks it, without a page.

import { type StudioClient, studioApi } from "../../src-main/common/studio/studio-api.ts";
import { connect } from "../../src-main/common/wire/connect.ts";
import { readFrame } from "../../src-main/common/wire/frames.ts";

export interface OpenStudio {
  readonly api: StudioClient;
  readonly close: () => void;
}

/** @param address good for one browser, which this is */
export async function openStudio(address: string): Promise<OpenStudio> {
  const opened = await fetch(address, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const key = /#key=(.*)/.exec(opened.headers.get("location") ?? "")?.[1] ?? "";
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/k/${key}/api`, { headers: { cookie, origin } });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`${host} opens no socket`)));
  });
  const api = connect(studioApi, {
    send: (frame) => socket.send(JSON.stringify(frame)),
    onFrame: (listener) =>
      socket.addEventListener("message", ({ data }) => {
        listener(readFrame(JSON.parse(String(data))));
      }),
    onClose: (listener) =>
      socket.addEventListener("close", () =>
        listener({ severity: "error", code: "studio-gone", at: { stage: "studio" }, message: "the studio is gone" }),
      ),
  });
  return { api, close: () => socket.close() };
}
