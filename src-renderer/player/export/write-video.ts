// MP4 and WebM, encoded by the browser and wrapped by mediabunny. What was done is written into the file.

import { Refusal, refuse } from "../../../src-main/common/diagnostic.ts";
import { encodeVideo, evenSize, type VideoFormat, videoCodecFor } from "../../../src-main/common/video-file.ts";
import type { Video, Frames, Size } from "../video.ts";
import { compose, composedSize } from "./compose.ts";

export interface VideoJob {
  readonly video: Video;
  /** Those of the video that are exported. */
  readonly tracks: readonly Frames[];
  readonly scale: number;
  readonly format: VideoFormat;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Loaded when it is needed: few who open the editor export a video. */
const library = () => import("mediabunny");

/** @returns whether this browser can; `null` of an address at which browsers encode nothing */
export async function canWriteVideo(format: VideoFormat, size: Size): Promise<boolean | null> {
  if (!window.isSecureContext) return null;
  return (await videoCodecFor(await library(), format, size)) !== null;
}

/** @throws Refusal if this browser has no encoder for it */
export async function writeVideo({ video, tracks, scale, format, onProgress, signal }: VideoJob): Promise<Blob> {
  const mediabunny = await library();
  const [frames] = tracks;
  const [first] = frames ?? [];
  if (frames === undefined || first === undefined) throw new Error("a video of no frames");
  const size = evenSize(composedSize(tracks.length, first, scale));
  const codec = await videoCodecFor(mediabunny, format, size);
  if (codec === null) refuseCodec(format);
  const canvas = new OffscreenCanvas(size.width, size.height);
  const { fps, parameters, recipe, name: title } = video;
  try {
    const draw = (i: number, timing: { timestamp: number; duration: number }) => {
      signal.throwIfAborted();
      compose(canvas, tracks, i, scale);
      return new mediabunny.VideoSample(canvas, timing);
    };
    const job = { format, codec, fps, title, parameters, recipe };
    const bytes = await encodeVideo(mediabunny, job, frames.length, draw, (done) => onProgress(done, frames.length));
    return new Blob([bytes], { type: `video/${format}` });
  } catch (fault) {
    if (signal.aborted || fault instanceof Refusal) throw fault;
    return refuse({
      code: "video-encoder",
      at: { stage: "export" },
      message: `the browser could not encode the video: ${fault instanceof Error ? fault.message : String(fault)}`,
      help: "choose another format: WebP is written without an encoder of the browser",
    });
  }
}

function refuseCodec(format: VideoFormat): never {
  refuse({
    code: "video-codec",
    at: { stage: "export" },
    message: `this browser has no encoder for ${format}`,
    help: "choose another format: WebP is written without an encoder of the browser",
  });
}
