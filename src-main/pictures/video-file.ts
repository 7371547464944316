// Frames into MP4 and WebM without a browser: encoded by the FFmpeg libraries that an optional package brings, and wrapped by mediabunny.

import { dirname, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { encodeVideo, evenSize, type VideoFormat, type VideoLibrary, videoCodecFor } from "../common/video-file.ts";
import { makeFolder, writeFileAtomically } from "../weights/atomic-write.ts";
import type { Picture } from "./picture.ts";
import type { Video, VideoWriter } from "./write-video.ts";

/** Loads the encoders, 200 MB of them. @throws Refusal if they are not installed, or not for this machine */
export async function openVideoWriter(format: VideoFormat): Promise<VideoWriter> {
  const library = await loadEncoders(format);
  return (file, video) => writeVideo(library, format, file, video);
}

async function writeVideo(library: VideoLibrary, format: VideoFormat, file: string, video: Video): Promise<void> {
  const path = resolve(file);
  const bytes = await encode(library, format, video).catch((fault: unknown) =>
    refuse({
      code: "video-encoder",
      at: { file },
      message: `the frames could not be encoded: ${reasonOf(fault)}`,
      help: "name a .webp, which needs no encoder of videos",
    }),
  );
  makeFolder(dirname(path));
  writeFileAtomically(path, bytes);
}

async function encode(library: VideoLibrary, format: VideoFormat, { frames, ...job }: Video) {
  const [first] = frames;
  if (first === undefined) throw new Error("a video of no frames");
  const size = evenSize(first);
  const codec = await videoCodecFor(library, format, size);
  if (codec === null) throw new Error(`nothing encodes ${format} of ${size.width} × ${size.height} pixels`);
  return encodeVideo(library, { format, codec, ...job }, frames.length, (i, timing) => {
    const data = evenPixels(frames[i] ?? first);
    const init = { format: "RGBX", codedWidth: size.width, codedHeight: size.height, ...timing } as const;
    return new library.VideoSample(data, init);
  });
}

const CHANNELS = 4;
const WHITE = 255;

/** [height, width, RGBX] of even sides; what is added is white. */
export function evenPixels({ width, height, data }: Picture): Uint8Array<ArrayBuffer> {
  const even = evenSize({ width, height });
  const pixels = new Uint8Array(CHANNELS * even.width * even.height).fill(WHITE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      const to = CHANNELS * (y * even.width + x);
      for (let c = 0; c < 3; c++) pixels[to + c] = data[from + c] ?? 0;
    }
  }
  return pixels;
}

async function loadEncoders(format: VideoFormat): Promise<VideoLibrary> {
  try {
    const [library, { registerMediabunnyServer }] = await Promise.all([
      import("mediabunny"),
      import("@mediabunny/server"),
    ]);
    // No graphics card: its encoder would make another file of the same frames.
    registerMediabunnyServer({ hardwareContext: null });
    return library;
  } catch (fault) {
    return refuse({
      code: "video-encoder-missing",
      at: { option: "--out" },
      message: `.${format} needs the package @mediabunny/server, which cannot be loaded here: ${reasonOf(fault)}`,
      help: "name a .webp, which needs nothing and plays in every browser; or run `npm ci` without leaving out optional packages",
    });
  }
}

function reasonOf(fault: unknown): string {
  return (fault instanceof Error ? fault.message : String(fault)).split("\n")[0] ?? "";
}
