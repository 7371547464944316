// The address of a queue, and how much of it may be shown.

import { refuse } from "../diagnostic.ts";

/** @throws Refusal for what is no address of Redis or Valkey */
function parseQueueAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ["redis:", "rediss:"].includes(url.protocol) && url.hostname !== "") return url;
  return refuse({
    code: "invalid-input",
    at: { stage: "queue" },
    message: "this is not the address of a queue",
    help: "give one like redis://:PASSWORD@HOST:6379, or rediss:// for TLS; inside a password, write / as %2F, @ as %40, # as %23 and ? as %3F",
  });
}

/** What messages say: neither user nor password. @throws Refusal */
export function addressOf(text: string): string {
  const { protocol, host } = parseQueueAddress(text);
  return `${protocol}//${host}`;
}

/** What is shown in the place of a password. */
export const HIDDEN = "***";

export interface ShownAddress {
  /** `redis://user:***@host:6379/1` */
  readonly address: string;
  readonly hasPassword: boolean;
}

/** @param veil what stands in the place of the password @throws Refusal */
export function shownAddress(text: string, veil = HIDDEN): ShownAddress {
  const url = parseQueueAddress(text);
  const hasPassword = url.password !== "";
  if (hasPassword) url.password = veil;
  // Redis clients take options from there, a password among them.
  url.search = "";
  url.hash = "";
  return { address: url.href, hasPassword };
}
