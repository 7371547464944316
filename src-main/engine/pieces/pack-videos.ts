// Images and videos as parts of an answer: each frame a PNG, so that none of its pixels changes on the way.

import { Refusal } from "../../common/diagnostic.ts";
import { encodePng, type Picture, readPictureBytes } from "../../pictures/picture.ts";
import type { Packed } from "../../queue/pack.ts";

type Videos = readonly (readonly Picture[])[];

/** `frames` is told beside: how many each has. */
export async function packVideos(videos: Videos): Promise<Packed["parts"]> {
  const parts = new Map<string, Uint8Array>();
  for (const [i, video] of videos.entries())
    for (const [frame, picture] of video.entries()) parts.set(`${i}.${frame}`, await encodePng(picture));
  return parts;
}

/** @param frames that each has @throws Error saying why they cannot be used */
export async function unpackVideos(frames: readonly number[], parts: Packed["parts"]): Promise<Picture[][]> {
  const videos: Picture[][] = [];
  for (const [i, count] of frames.entries()) {
    const video: Picture[] = [];
    for (let frame = 0; frame < count; frame++) video.push(await readFrame(parts.get(`${i}.${frame}`)));
    videos.push(video);
  }
  return videos;
}

async function readFrame(png: Uint8Array | undefined): Promise<Picture> {
  if (png === undefined) throw new Error("it answered fewer images than it tells");
  try {
    return await readPictureBytes(png, "an image of a worker");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Error(`it answered an image that cannot be read: ${error.diagnostics[0]?.message}`);
  }
}
