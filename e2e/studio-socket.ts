// The studio behind `reneg serve`, asked as the page asks it, without a page.

import { z } from "zod";

const job = z.looseObject({ run: z.string(), state: z.string(), step: z.int(), diagnostics: z.array(z.unknown()) });
export type Job = z.output<typeof job>;
export const jobList = z.array(job);

const frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), id: z.int(), event: z.looseObject({ type: z.string() }) }),
  z.object({ type: z.literal("result"), id: z.int(), result: z.unknown() }),
  z.object({ type: z.literal("failure"), id: z.int(), diagnostics: z.array(z.unknown()) }),
]);
type Received = z.output<typeof frame>;
type StudioEvent = Extract<Received, { type: "event" }>["event"];

export interface StudioSocket {
  /** Its events are left out. */
  readonly ask: (method: string, input: unknown) => Promise<unknown>;
  /** The first event that is what is wanted. */
  readonly waitFor: <Wanted>(read: (event: StudioEvent) => Wanted | undefined) => Promise<Wanted>;
  readonly waitForJob: (isSo: (job: Job) => boolean) => Promise<Job>;
  readonly close: () => void;
}

/** @param address good for one browser, which this is */
export async function openStudio(address: string): Promise<StudioSocket> {
  const opened = await fetch(address, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const key = /#key=(.*)/.exec(opened.headers.get("location") ?? "")?.[1] ?? "";
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/k/${key}/api`, { headers: { cookie, origin } });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`${host} opens no socket`)));
  });
  const listeners = new Set<(received: Received) => void>();
  const send = (sent: object): void => socket.send(JSON.stringify(sent));
  socket.addEventListener("message", ({ data }) => {
    const received = frame.parse(JSON.parse(String(data)));
    if (received.type === "event") send({ type: "acknowledge", id: received.id });
    for (const listener of listeners) listener(received);
  });
  let last = 0;

  function request<Answer>(method: string, input: unknown, read: (received: Received) => Answer | undefined) {
    const id = ++last;
    return new Promise<Answer>((resolve, reject) => {
      const listener = (received: Received): void => {
        if (received.id !== id) return;
        const answer = read(received);
        if (answer !== undefined) resolve(answer);
        else if (received.type !== "event") reject(new Error(`${method}: ${JSON.stringify(received)}`));
        if (answer !== undefined || received.type !== "event") listeners.delete(listener);
        if (answer !== undefined && received.type === "event") send({ type: "cancel", id });
      };
      listeners.add(listener);
      send({ type: "request", id, method, input });
    });
  }

  const waitFor: StudioSocket["waitFor"] = (read) =>
    request("watch", {}, (received) => (received.type === "event" ? read(received.event) : undefined));
  return {
    ask: (method, input) =>
      request(method, input, (received) => (received.type === "result" ? (received.result ?? null) : undefined)),
    waitFor,
    waitForJob: (isSo) =>
      waitFor((event) => (event.type === "jobs" ? jobList.parse(event["jobs"]).find(isSo) : undefined)),
    close: () => socket.close(),
  };
}
