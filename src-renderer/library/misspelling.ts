// How far a word is from what was meant: letters that are wrong, missing, too many or in each other's place.

/** Short words are within a letter of too many others. */
const LEAST_LETTERS = 4;

/** Mistakes that are forgiven in a word of so many letters. */
export function toleranceFor(letters: number): number {
  return letters < LEAST_LETTERS ? 0 : letters < 8 ? 1 : 2;
}

/**
 * Mistakes in `typed` as the beginning of `meant`: the least optimal string alignment distance (Damerau-Levenshtein,
 * no place edited twice) to any of its beginnings.
 */
export function mistakes(typed: string, meant: string): number {
  let older: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: meant.length + 1 }, (_, column) => column);
  for (let row = 1; row <= typed.length; row++) {
    const current = [row];
    for (let column = 1; column <= meant.length; column++) {
      const isSame = typed[row - 1] === meant[column - 1];
      const isSwapped = row > 1 && typed[row - 1] === meant[column - 2] && typed[row - 2] === meant[column - 1];
      current.push(
        Math.min(
          at(above, column - 1) + (isSame ? 0 : 1),
          at(above, column) + 1,
          at(current, column - 1) + 1,
          isSwapped ? at(older, column - 2) + 1 : Infinity,
        ),
      );
    }
    older = above;
    above = current;
  }
  return Math.min(...above);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
