// Where values lie along an axis, from 0 to 1: numbers by their size, or by their powers where they go far apart; words one beside the other.

export interface ScatterScale {
  readonly at: (value: number | string) => number;
  readonly ticks: readonly { readonly at: number; readonly words: string }[];
}

/** Where the largest of positive numbers is so many times the smallest, powers are shown. */
const FAR_APART = 20;
/** As many values each get a tick of their own. */
const MOST_TICKS = 5;
/** Of the axis, at both ends: points do not lie on the frame. */
const MARGIN = 0.08;
/** Labels that would lie on each other are left out. */
const CLOSEST_TICKS = 0.12;

/** @param print numbers at ticks */
export function scatterScale(
  values: readonly (number | string)[],
  print: (value: number) => string = printTick,
): ScatterScale {
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === values.length && numbers.length > 0) return numberScale(numbers, print);
  const names = [...new Set(values.map(String))];
  const at = (value: number | string): number => (names.indexOf(String(value)) + 0.5) / names.length;
  return { at, ticks: names.map((name) => ({ at: at(name), words: name })) };
}

function numberScale(numbers: readonly number[], print: (value: number) => string): ScatterScale {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const turn = low > 0 && high / low >= FAR_APART ? Math.log : (value: number): number => value;
  const [from, to] = [turn(low), turn(high)];
  const at = (value: number | string): number =>
    from === to ? 0.5 : MARGIN + ((turn(Number(value)) - from) / (to - from)) * (1 - 2 * MARGIN);
  const distinct = [...new Set(numbers)].toSorted((a, b) => a - b);
  const shown = distinct.length <= MOST_TICKS ? distinct : [low, (low + high) / 2, high];
  const ticks = shown.map((value) => ({ at: at(value), words: print(value) }));
  return { at, ticks: apart(ticks) };
}

function apart(ticks: ScatterScale["ticks"]): ScatterScale["ticks"] {
  return ticks.reduce<ScatterScale["ticks"]>(
    (kept, tick) => (tick.at - (kept.at(-1)?.at ?? -1) < CLOSEST_TICKS ? kept : [...kept, tick]),
    [],
  );
}

function printTick(value: number): string {
  return `${Number(value.toPrecision(3))}`.replace("-", "−");
}
