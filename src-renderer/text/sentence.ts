// Messages of the program as the page shows them.

/** Messages begin with a small letter and have no full stop, so that the command line can join them to others. */
export function asSentence(message: string): string {
  const ended = /[.!?…]$/.test(message) ? message : `${message}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}
