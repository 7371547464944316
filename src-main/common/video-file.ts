// MP4 and WebM as this program writes them, whoever encodes: the browser of a page, or the engine. What was done is written into the file.

import type * as Mediabunny from "mediabunny";

export const VIDEO_FORMATS = {
  // Other programs read a description under `desc`; mediabunny's own tag of an MP4 they do not know.
  mp4: { extension: "mp4", codecs: ["avc"], described: (text: string) => ({ raw: { desc: text } }) },
  webm: { extension: "webm", codecs: ["vp9", "vp8", "av1"], described: (text: string) => ({ description: text }) },
} as const;
export type VideoFormat = keyof typeof VIDEO_FORMATS;

export function isVideoFormat(format: string): format is VideoFormat {
  return Object.hasOwn(VIDEO_FORMATS, format);
}

/** In pixels. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

/** Codecs halve the size of the colours: an odd side gets one more pixel. */
export function evenSize({ width, height }: VideoSize): VideoSize {
  return { width: width + (width % 2), height: height + (height % 2) };
}

/** What is loaded when it is needed: few results are written as MP4 or WebM. */
export type VideoLibrary = typeof Mediabunny;
export type VideoCodec = Mediabunny.VideoCodec;

/** @returns null if nothing here encodes the format */
export function videoCodecFor(
  { getFirstEncodableVideoCodec, Quality }: VideoLibrary,
  format: VideoFormat,
  size: VideoSize,
): Promise<VideoCodec | null> {
  return getFirstEncodableVideoCodec([...VIDEO_FORMATS[format].codecs], {
    ...evenSize(size),
    quality: new Quality("very-high"),
  });
}

export interface VideoJob {
  readonly format: VideoFormat;
  readonly codec: VideoCodec;
  readonly fps: number;
  readonly title?: string;
  /** In the form that other programs for Stable Diffusion read. */
  readonly parameters: string;
  /** All settings, as JSON. */
  readonly recipe: string;
}

/**
 * Nothing is kept of a video that was not finished.
 * @param draw one frame, of an even size @returns the content of the file
 */
export async function encodeVideo(
  library: VideoLibrary,
  { format, codec, fps, title, parameters, recipe }: VideoJob,
  frames: number,
  draw: (frame: number, timing: { timestamp: number; duration: number }) => Mediabunny.VideoSample,
  onFrame: (done: number) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const { Output, BufferTarget, VideoSampleSource, Quality, Mp4OutputFormat, WebMOutputFormat } = library;
  const source = new VideoSampleSource({ codec, quality: new Quality("very-high") });
  const target = new BufferTarget();
  const output = new Output({
    format: format === "mp4" ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat(),
    target,
  });
  output.addVideoTrack(source, { frameRate: fps });
  const described = VIDEO_FORMATS[format].described(recipe);
  output.setMetadataTags({ ...(title === undefined ? {} : { title }), comment: parameters, ...described });
  try {
    await output.start();
    for (let i = 0; i < frames; i++) {
      const sample = draw(i, { timestamp: i / fps, duration: 1 / fps });
      await source.add(sample);
      sample.close();
      onFrame(i + 1);
    }
    await output.finalize();
  } catch (fault) {
    await output.cancel();
    throw fault;
  }
  if (target.buffer === null) throw new Error("a finished file has no content");
  return new Uint8Array(target.buffer);
}
