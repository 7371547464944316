// Animated PNG (PNG specification, third edition, §11.3.6): programs that know only single pictures show its first frame.

import { CHUNK_HEAD_BYTES, CHUNK_TAIL_BYTES, isPng, PNG_SIGNATURE, pngChunk, uint32 } from "./png-chunk.ts";

/** One PNG of many, endlessly repeated. @param pngs of one size and one kind of pixels, as one encoder has written them */
export function animatePngs(pngs: readonly Uint8Array[], fps: number): Uint8Array {
  const frames = pngs.map(partsOf);
  const [first] = frames;
  if (first === undefined || frames.some(({ header }) => !header.equals(first.header))) {
    throw new Error("the frames of an animation are of one size and one kind of pixels");
  }
  let sequence = 0;
  const control = (): Buffer => pngChunk("fcTL", frameControl(sequence++, first.header, fps));
  const chunks = frames.flatMap(({ pixels }, i) => [
    control(),
    ...pixels.map((data) =>
      i === 0 ? pngChunk("IDAT", data) : pngChunk("fdAT", Buffer.concat([uint32(sequence++), data])),
    ),
  ]);
  // How many frames, and how often: 0 is for ever.
  const animation = pngChunk("acTL", Buffer.concat([uint32(frames.length), uint32(0)]));
  const header = pngChunk("IHDR", first.header);
  return Buffer.concat([PNG_SIGNATURE, header, animation, ...chunks, pngChunk("IEND", Buffer.alloc(0))]);
}

/** The whole picture, shown for one frame's time, in place of the one before. */
function frameControl(sequence: number, header: Buffer, fps: number): Buffer {
  const size = header.subarray(0, 8);
  const HUNDREDTHS = 100;
  const delay = Buffer.alloc(4);
  delay.writeUInt16BE(HUNDREDTHS, 0);
  delay.writeUInt16BE(Math.round(HUNDREDTHS * fps), 2);
  // No offset, and nothing is kept of what was shown.
  return Buffer.concat([uint32(sequence), size, Buffer.alloc(8), delay, Buffer.alloc(2)]);
}

interface Parts {
  readonly header: Buffer;
  readonly pixels: readonly Buffer[];
}

function partsOf(png: Uint8Array): Parts {
  if (!isPng(png)) throw new Error("only PNGs become an animated PNG");
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const pixels: Buffer[] = [];
  let header: Buffer | undefined;
  for (let start = PNG_SIGNATURE.length; start < bytes.length;) {
    const end = start + CHUNK_HEAD_BYTES + bytes.readUInt32BE(start);
    const type = bytes.toString("latin1", start + 4, start + CHUNK_HEAD_BYTES);
    const data = bytes.subarray(start + CHUNK_HEAD_BYTES, end);
    if (type === "IHDR") header = data;
    if (type === "IDAT") pixels.push(data);
    start = end + CHUNK_TAIL_BYTES;
  }
  if (header === undefined || pixels.length === 0) throw new Error("a PNG without pixels");
  return { header, pixels };
}
