// Philox 4×32-10, a counter-based generator of random bits: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".

/** Four unsigned 32-bit words. */
export type Words4 = readonly [number, number, number, number];

const ROUNDS = 10;
const [MULTIPLIER_0, MULTIPLIER_1] = [0xd2511f53, 0xcd9e8d57];
/** Added to the key each round: the golden ratio and √3 − 1 as 32-bit fractions. */
const [WEYL_0, WEYL_1] = [0x9e3779b9, 0xbb67ae85];

/** The random words of one counter under a key of two words: any counter can be asked for at any time. */
export function philox(counter: Words4, [key0, key1]: readonly [number, number]): Words4 {
  let [a, b, c, d] = counter;
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundKey0 = key0 + round * WEYL_0;
    const roundKey1 = key1 + round * WEYL_1;
    [a, b, c, d] = [
      (highProduct(MULTIPLIER_1, c) ^ b ^ roundKey0) >>> 0,
      Math.imul(MULTIPLIER_1, c) >>> 0,
      (highProduct(MULTIPLIER_0, a) ^ d ^ roundKey1) >>> 0,
      Math.imul(MULTIPLIER_0, a) >>> 0,
    ];
  }
  return [a, b, c, d];
}

/** The upper 32 bits of the 64-bit product, from 16-bit halves so that every sum stays exact. */
function highProduct(x: number, y: number): number {
  const [xHigh, xLow, yHigh, yLow] = [x >>> 16, x & 0xffff, y >>> 16, y & 0xffff];
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const carry = xLow * yHigh + (middle % 0x10000);
  return xHigh * yHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}
