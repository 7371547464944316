// Frames of files, side by side and enlarged, as one video.

import { resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { ExportVideoInput, ExportVideoResult } from "../common/video-export.ts";
import { type Picture, readPicture, resizeNearest } from "./picture.ts";
import { sideBySide } from "./side-by-side.ts";
import { videoWriterOf } from "./write-video.ts";

/** @throws Refusal if the columns do not go together, or the name tells no format that can be written */
export async function exportVideo(input: ExportVideoInput): Promise<ExportVideoResult> {
  const { columns, fps, scale, parameters, recipe, out } = input;
  const [first] = columns;
  if (first === undefined || columns.some(({ length }) => length !== first.length)) refuseLengths(columns);
  const write = await videoWriterOf(out);
  const frames: Picture[] = [];
  for (let i = 0; i < first.length; i++) {
    const pictures = await Promise.all(columns.map((column) => readPicture(column[i] ?? "")));
    checkSizes(pictures, columns, i);
    frames.push(resizeNearest(sideBySide(pictures), scale));
  }
  await write(out, { frames, fps, parameters, recipe });
  const { width, height } = frames[0] ?? { width: 0, height: 0 };
  return { file: resolve(out), frames: frames.length, width, height };
}

function checkSizes(pictures: readonly Picture[], columns: ExportVideoInput["columns"], frame: number): void {
  const [first, ...others] = pictures;
  const odd = others.findIndex(({ width, height }) => width !== first?.width || height !== first.height);
  if (odd === -1) return;
  refuse({
    code: "video-sizes",
    at: { file: columns[odd + 1]?.[frame] ?? "" },
    message: "this frame is not of the size of the one beside it",
    help: "export the columns one by one",
  });
}

function refuseLengths(columns: ExportVideoInput["columns"]): never {
  refuse({
    code: "video-lengths",
    at: { part: "columns" },
    message: `videos of ${columns.map(({ length }) => length).join(", ")} frames do not go side by side`,
    help: "export the columns one by one",
  });
}
