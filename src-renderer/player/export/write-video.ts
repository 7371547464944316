// MP4 and WebM, encoded by the browser and wrapped by mediabunny. What was done is written into the file.

import { Refusal, refuse } from "../../../src-main/common/diagnostic.ts";
import type { Film, Frames, Size } from "../film.ts";
import { compose, composedSize, evenSize } from "./compose.ts";
import { VIDEO_FORMATS, type VideoFormat } from "./film-formats.ts";

export interface VideoJob {
  readonly film: Film;
  /** Those of the film that are exported. */
  readonly tracks: readonly Frames[];
  readonly scale: number;
  readonly format: VideoFormat;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Loaded when it is needed: few who open the editor export a film. */
const library = () => import("mediabunny");

/** @returns whether this browser can; `null` of an address at which browsers encode nothing */
export async function canWriteVideo(format: VideoFormat, size: Size): Promise<boolean | null> {
  if (!window.isSecureContext) return null;
  return (await codecFor(format, size)) !== null;
}

/** @throws Refusal if this browser has no encoder for it */
export async function writeVideo({ film, tracks, scale, format, onProgress, signal }: VideoJob): Promise<Blob> {
  const { Output, BufferTarget, CanvasSource, Quality, Mp4OutputFormat, WebMOutputFormat } = await library();
  const [frames] = tracks;
  const [first] = frames ?? [];
  if (frames === undefined || first === undefined) throw new Error("a film of no frames");
  const { width, height } = evenSize(composedSize(tracks.length, first, scale));
  const codec = await codecFor(format, { width, height });
  if (codec === null) refuseCodec(format);
  const canvas = new OffscreenCanvas(width, height);
  const source = new CanvasSource(canvas, { codec, quality: new Quality("very-high") });
  const target = new BufferTarget();
  const output = new Output({
    format: format === "mp4" ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat(),
    target,
  });
  output.addVideoTrack(source, { frameRate: film.fps });
  const recipe = VIDEO_FORMATS[format].described(film.recipe);
  output.setMetadataTags({ title: film.name, comment: film.parameters, ...recipe });
  try {
    await output.start();
    for (let i = 0; i < frames.length; i++) {
      signal.throwIfAborted();
      compose(canvas, tracks, i, scale);
      await source.add(i / film.fps, 1 / film.fps);
      onProgress(i + 1, frames.length);
    }
    await output.finalize();
  } catch (fault) {
    await output.cancel();
    if (signal.aborted || fault instanceof Refusal) throw fault;
    return refuse({
      code: "video-encoder",
      at: { stage: "export" },
      message: `the browser could not encode the film: ${fault instanceof Error ? fault.message : String(fault)}`,
      help: "choose another format: WebP is written without an encoder of the browser",
    });
  }
  if (target.buffer === null) throw new Error("a finished file has no content");
  return new Blob([target.buffer], { type: `video/${format}` });
}

async function codecFor(format: VideoFormat, size: Size) {
  const { getFirstEncodableVideoCodec, Quality } = await library();
  return getFirstEncodableVideoCodec([...VIDEO_FORMATS[format].codecs], {
    ...evenSize(size),
    quality: new Quality("very-high"),
  });
}

function refuseCodec(format: VideoFormat): never {
  refuse({
    code: "video-codec",
    at: { stage: "export" },
    message: `this browser has no encoder for ${format}`,
    help: "choose another format: WebP is written without an encoder of the browser",
  });
}
