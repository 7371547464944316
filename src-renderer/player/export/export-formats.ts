// The formats in which a video can be exported, and who writes each.

import { isVideoFormat, VIDEO_FORMATS, type VideoFormat } from "../../../src-main/common/video-file.ts";

/** Written by the program, from the frames that it keeps. */
export const PROGRAM_FORMATS = {
  webp: { extension: "webp" },
  gif: { extension: "gif" },
  apng: { extension: "png" },
  png: { extension: "png" },
  frames: { extension: "zip" },
} as const;
export type ProgramFormat = keyof typeof PROGRAM_FORMATS;

/** Videos are written by this page, with the encoders of the browser. */
export type ExportFormat = VideoFormat | ProgramFormat;

export interface ProgramExport {
  readonly format: ProgramFormat;
  /** Of the tracks, in their order; several lie side by side. */
  readonly tracks: readonly string[];
  /** Every pixel becomes so many on each side. */
  readonly scale: number;
  /** The one that a single picture shows. */
  readonly frame: number;
}

/** @returns where the file can be fetched */
export type WriteByProgram = (wanted: ProgramExport) => Promise<string>;

export function extensionOf(format: ExportFormat): string {
  return (isVideoFormat(format) ? VIDEO_FORMATS[format] : PROGRAM_FORMATS[format]).extension;
}
