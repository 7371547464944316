// How far one list of numbers is from another, and what is still allowed.

type Numbers = ArrayLike<number>;

/** One measured number and the limit it must keep. */
export interface Figure {
  /** The case, and in it the tensor or the quantity. */
  readonly subject: string;
  readonly quantity: string;
  readonly measure: string;
  readonly value: number;
  readonly limit: { readonly atMost: number } | { readonly atLeast: number };
}

/** NaN is never within a limit. */
export function isWithin({ value, limit }: Figure): boolean {
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** max |a − b| / max |b|; 0 where both are all zero */
export function relativeError(a: Numbers, b: Numbers): number {
  const difference = maximalDifference(a, b);
  return difference === 0 ? 0 : difference / largest(b, Math.abs);
}

/** max |a − b|. Infinite where one of them is no number. */
export function maximalDifference(a: Numbers, b: Numbers): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers cannot be compared with ${b.length}`);
  return largest(a, (value, index) => {
    const difference = Math.abs(value - at(b, index));
    return Number.isNaN(difference) ? Infinity : difference;
  });
}

/** Cosine of the angle between the two. */
export function cosine(a: Numbers, b: Numbers): number {
  return dot(a, b) / (norm(a) * norm(b));
}

export function norm(a: Numbers): number {
  return Math.sqrt(dot(a, a));
}

function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += at(a, index) * at(b, index);
  return sum;
}

function largest(numbers: Numbers, size: (value: number, index: number) => number): number {
  let result = 0;
  for (let index = 0; index < numbers.length; index++) result = Math.max(result, size(at(numbers, index), index));
  return result;
}

function at(numbers: Numbers, index: number): number {
  const value = numbers[index];
  if (value === undefined) throw new Error(`index ${index} is not among ${numbers.length} numbers`);
  return value;
}
