// The formats in which a film can be exported, and who writes each.

/** Written by this page, with the encoders of the browser. */
export const VIDEO_FORMATS = {
  // Other programs read a description under `desc`; mediabunny's own tag of an MP4 they do not know.
  mp4: { extension: "mp4", codecs: ["avc"], described: (text: string) => ({ raw: { desc: text } }) },
  webm: { extension: "webm", codecs: ["vp9", "vp8", "av1"], described: (text: string) => ({ description: text }) },
} as const;
export type VideoFormat = keyof typeof VIDEO_FORMATS;

/** Written by the program, from the frames that it keeps. */
export const PROGRAM_FORMATS = {
  webp: { extension: "webp" },
  gif: { extension: "gif" },
  apng: { extension: "png" },
  png: { extension: "png" },
  frames: { extension: "zip" },
} as const;
export type ProgramFormat = keyof typeof PROGRAM_FORMATS;

export type FilmFormat = VideoFormat | ProgramFormat;

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

export function isVideoFormat(format: FilmFormat): format is VideoFormat {
  return Object.hasOwn(VIDEO_FORMATS, format);
}

export function extensionOf(format: FilmFormat): string {
  return (isVideoFormat(format) ? VIDEO_FORMATS[format] : PROGRAM_FORMATS[format]).extension;
}
