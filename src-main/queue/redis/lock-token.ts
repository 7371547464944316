// What BullMQ's lock of a piece holds: who has it, and something of which no two are alike.

import { randomUUID } from "node:crypto";

const SEPARATOR = "/";

export function lockToken(worker: string): string {
  return `${worker}${SEPARATOR}${randomUUID()}`;
}

export function holderOf(token: string): string {
  return token.slice(0, token.lastIndexOf(SEPARATOR));
}
