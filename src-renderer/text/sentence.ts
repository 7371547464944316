// Messages of the program as the page shows them.

import type { Diagnostic } from "../../src-main/common/diagnostic.ts";

/** What is wrong, and in a line below what to do. */
export function explanationOf({ message, help }: Diagnostic): string {
  return [message, help].flatMap((part) => (part === undefined ? [] : [asSentence(part)])).join("\n");
}

/** Messages begin with a small letter and have no full stop, so that the command line can join them to others. */
export function asSentence(message: string): string {
  const ended = /[.!?…]$/.test(message) ? message : `${message}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}
