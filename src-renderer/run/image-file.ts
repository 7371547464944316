// One image of a run as a file of its own, with how it was made: a row of previews is cut, and its texts go along.

import { z } from "zod";
import { PREVIEW_IMAGES_TEXT } from "../../src-main/common/preview-files.ts";
import { type PngChunk, readPngChunks, textChunk, textOfChunk, writePngChunks } from "../files/png-chunks.ts";
import type { ShownImage } from "./shown-image.ts";

const listed = z.array(z.object({ prompt: z.string(), parameters: z.string() }));

/** As PNG. */
export async function imageFile(image: ShownImage): Promise<Blob> {
  const answer = await fetch(image.url);
  if (!answer.ok) throw new Error(`The image cannot be loaded: ${answer.status} ${answer.statusText}.`);
  const file = await answer.blob();
  if (image.count === 1) return file;
  const texts = readPngChunks(new Uint8Array(await file.arrayBuffer())).filter((chunk) => textOfChunk(chunk) !== null);
  const [head, ...rest] = readPngChunks(new Uint8Array(await (await cut(file, image)).arrayBuffer()));
  if (head === undefined) throw new Error("The browser wrote an empty PNG.");
  return writePngChunks([head, ...textsOf(texts, image.index), ...rest]);
}

/** Those of the row that are about the one image. */
function textsOf(chunks: readonly PngChunk[], index: number): PngChunk[] {
  return chunks.flatMap((chunk) => {
    const { keyword = "", text = "" } = textOfChunk(chunk) ?? {};
    if (keyword === "Title") return [];
    if (keyword !== PREVIEW_IMAGES_TEXT) return [chunk];
    const own = listed.parse(JSON.parse(text))[index];
    return own === undefined ? [] : [textChunk("Title", own.prompt), textChunk("parameters", own.parameters)];
  });
}

async function cut(file: Blob, { count, gap, index }: ShownImage): Promise<Blob> {
  const row = await createImageBitmap(file);
  const width = (row.width - (count - 1) * gap) / count;
  const canvas = new OffscreenCanvas(width, row.height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser gives no canvas to draw on.");
  context.drawImage(row, -index * (width + gap), 0);
  row.close();
  return canvas.convertToBlob({ type: "image/png" });
}
