// Indexing that fails loudly instead of giving undefined.

export function elementAt(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`index ${index} lies outside a list of ${values.length}`);
  return value;
}
