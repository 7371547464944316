// The program behind the page: one client for the page's whole life, over connections that come and go.

import { Refusal } from "../../src-main/common/diagnostic.ts";
import { DESKTOP_ORIGIN } from "../../src-main/common/studio/desktop-port.ts";
import { studioApi, type StudioClient } from "../../src-main/common/studio/studio-api.ts";
import { connect } from "../../src-main/common/wire/connect.ts";
import type { Channel } from "../../src-main/common/wire/frames.ts";
import { connectionStore } from "../state/connection-store.ts";
import { nextPort } from "./port-channel.ts";
import { isSignedOut } from "./session.ts";
import { connectionLost, openSocket } from "./socket-channel.ts";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

let current: StudioClient | null = null;
let waiting = FIRST_WAIT;

/** Every method rejects with a Refusal `connection-lost` while there is no connection. */
export const studio: StudioClient = delegate();

/** Keeps connecting for ever; `connectionStore` tells how it stands. */
export async function connectStudio(): Promise<void> {
  for (;;) {
    const channel = await open();
    if (channel !== null) {
      const closed = Promise.withResolvers<void>();
      channel.onClose(() => closed.resolve());
      current = connect(studioApi, channel);
      waiting = FIRST_WAIT;
      connectionStore.setState(({ count }) => ({ state: "open", count: count + 1 }));
      await closed.promise;
      current = null;
    }
    connectionStore.setState({ state: (await isSignedOut()) ? "signed out" : "lost" });
    await new Promise((resolve) => setTimeout(resolve, waiting));
    waiting = Math.min(waiting * 2, LONGEST_WAIT);
  }
}

async function open(): Promise<Channel | null> {
  try {
    return await (window.location.origin === DESKTOP_ORIGIN ? nextPort() : openSocket(socketUrl()));
  } catch {
    // Shown as "connection lost", and tried again.
    return null;
  }
}

function socketUrl(): URL {
  const url = new URL("api", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

function delegate(): StudioClient {
  const methods = Object.keys(studioApi).map((name) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      if (current === null) throw new Refusal([connectionLost]);
      // The names are those of the contract, and the arguments were checked where the typed client was called.
      return await (current as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]?.(...args);
    },
  ]);
  return Object.fromEntries(methods) as StudioClient;
}
