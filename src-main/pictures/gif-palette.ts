// The colour that a GIF hides under its transparent pixels: decoders throw it away, while a reward's own code sees it.
// GIF89a specification, §18–23.

const SCREEN_END = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;

/** @returns red, green, blue of the first frame's transparent index; `undefined` if it has none */
export function transparentColour(gif: Uint8Array): readonly [number, number, number] | undefined {
  const global = paletteAt(gif, gif[10] ?? 0, SCREEN_END);
  let place = SCREEN_END + global.length;
  let index: number | undefined;
  while (place < gif.length) {
    if (gif[place] === EXTENSION) {
      const isControl = gif[place + 1] === GRAPHIC_CONTROL && ((gif[place + 3] ?? 0) & 1) === 1;
      if (isControl) index = gif[place + 6];
      place = afterBlocks(gif, place + 2);
      continue;
    }
    if (gif[place] !== IMAGE || index === undefined) return undefined;
    const local = paletteAt(gif, gif[place + 9] ?? 0, place + 10);
    const palette = local.length > 0 ? local : global;
    const [red, green, blue] = palette.subarray(3 * index, 3 * index + 3);
    return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
  }
  return undefined;
}

/** @param flags bit 7: there is a table; bits 0 to 2: its size, 2ⁿ⁺¹ colours */
function paletteAt(gif: Uint8Array, flags: number, start: number): Uint8Array {
  return (flags & 0x80) === 0 ? new Uint8Array() : gif.subarray(start, start + 3 * 2 ** ((flags & 7) + 1));
}

/** Blocks each tell their length; one of length 0 is the last. */
function afterBlocks(gif: Uint8Array, start: number): number {
  let place = start;
  while (place < gif.length && gif[place] !== 0) place += 1 + (gif[place] ?? 0);
  return place + 1;
}
