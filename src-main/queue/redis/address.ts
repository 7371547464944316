// What stands before people of a queue's address.

import { refuse } from "../../common/diagnostic.ts";

/** Without the password, which belongs into no message. @throws Refusal */
export function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !["redis:", "rediss:"].includes(parsed.protocol)) {
    return refuse({
      code: "invalid-input",
      at: { option: "--queue" },
      message: "this is not the address of a queue",
      help: "give one like redis://:PASSWORD@HOST:6379, or rediss:// for TLS",
    });
  }
  return `${parsed.protocol}//${parsed.host}`;
}
