// Numbers of things, in sentences: nouns and verbs agree with the number.

/** `1 step`, `2 steps`. @param things the plural, where that is not `thing` with an s */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${agreeing(count, thing, things)}`;
}

/** `1 of 1632 prompts is`, `2 of 1632 prompts are` */
export function countedOf(count: number, all: number, thing: string, [one, many]: readonly [string, string]): string {
  return `${count} of ${counted(all, thing)} ${agreeing(count, one, many)}`;
}

/** `is` with 1, `are` with any other number */
export function agreeing(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
