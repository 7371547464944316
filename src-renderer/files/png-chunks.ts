// The chunks of a PNG in the page: cut apart, and put together with texts (PNG specification, third edition, §5.3 and §11.3.3).

export interface PngChunk {
  /** Four letters. */
  readonly type: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length and type before a chunk's data, its checksum after. */
const HEAD = 8;
const TAIL = 4;
const LATIN_1 = /^[\n\x20-\x7e\xa0-\xff]*$/;

/** @throws Error for what is no PNG, or ends within a chunk */
export function readPngChunks(bytes: Uint8Array<ArrayBuffer>): PngChunk[] {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new Error("This file is not a PNG.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  for (let start = SIGNATURE.length; start < bytes.length;) {
    const length = start + HEAD > bytes.length ? Infinity : view.getUint32(start);
    const end = start + HEAD + length;
    if (end + TAIL > bytes.length) throw new Error("This PNG is cut off.");
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + HEAD));
    chunks.push({ type, data: bytes.subarray(start + HEAD, end) });
    start = end + TAIL;
  }
  return chunks;
}

export function writePngChunks(chunks: readonly PngChunk[]): Blob {
  const parts = chunks.flatMap(({ type, data }) => {
    const typed = new Uint8Array(4 + data.length);
    typed.set(Array.from(type, (letter) => letter.charCodeAt(0)));
    typed.set(data, 4);
    return [uint32(data.length), typed, uint32(crc32(typed))];
  });
  return new Blob([new Uint8Array(SIGNATURE), ...parts], { type: "image/png" });
}

/** As tEXt where Latin-1 suffices, otherwise as iTXt in UTF-8. */
export function textChunk(keyword: string, text: string): PngChunk {
  if (LATIN_1.test(text)) return { type: "tEXt", data: latin1(`${keyword}\0${text}`) };
  // Keyword, 0, not compressed, method 0, no language, 0, no translated keyword, 0, text.
  const head = latin1(`${keyword}\0\0\0\0\0`);
  const body = new TextEncoder().encode(text);
  const data = new Uint8Array(head.length + body.length);
  data.set(head);
  data.set(body, head.length);
  return { type: "iTXt", data };
}

/** Keyword and text of a tEXt or an uncompressed iTXt; `null` for any other chunk. */
export function textOfChunk({ type, data }: PngChunk): { readonly keyword: string; readonly text: string } | null {
  const end = data.indexOf(0);
  if ((type !== "tEXt" && type !== "iTXt") || end === -1) return null;
  const keyword = printLatin1(data.subarray(0, end));
  if (type === "tEXt") return { keyword, text: printLatin1(data.subarray(end + 1)) };
  const isCompressed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = data.indexOf(0, language + 1);
  if (isCompressed || language === -1 || translated === -1) return null;
  return { keyword, text: new TextDecoder().decode(data.subarray(translated + 1)) };
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function printLatin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function uint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The checksum of a chunk's type and data: the polynomial 0xEDB88320, reflected (PNG specification, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
