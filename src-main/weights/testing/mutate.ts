// Seeded damage to files, for fuzz tests: the same on every machine.

/** Whole numbers from 0 up to and without `below`. */
export type RandomIntegers = (below: number) => number;

/** Marsaglia's xorshift: all a fuzz test needs. */
export function randomIntegers(seed: number): RandomIntegers {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A byte changed, a part cut out, doubled or swapped, the end cut off, bytes inserted, or a 32-bit number made extreme; once or twice. */
export function mutate(valid: Buffer, random: RandomIntegers): Buffer {
  let bytes = Buffer.from(valid);
  for (let times = 1 + random(2); times > 0; times -= 1) bytes = damage(bytes, random);
  return bytes;
}

const EXTREMES = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

function damage(bytes: Buffer<ArrayBuffer>, random: RandomIntegers): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return Buffer.of(random(256));
  const start = random(bytes.length);
  const end = Math.min(bytes.length, start + 1 + random(24));
  const [before, part, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
  switch (random(6)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, part, part, after]);
    case 2:
      return Buffer.from(before);
    case 3:
      return Buffer.concat([before, Buffer.alloc(1 + random(8), random(256)), part, after]);
    case 4: {
      if (start + 4 <= bytes.length) bytes.writeUInt32LE(EXTREMES[random(EXTREMES.length)] ?? 0, start);
      return bytes;
    }
    default:
      bytes[start] = random(256);
      return bytes;
  }
}
