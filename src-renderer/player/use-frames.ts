// The frames of a video, all decoded before it is shown: afterwards no track waits for another.

import { useEffect, useState } from "react";
import { toastFailure } from "../state/toast-store.ts";
import { type Video, frameCount, type Frames } from "./video.ts";

export interface LoadedFrames {
  /** By track; `null` until the last one is there. */
  readonly tracks: readonly Frames[] | null;
  readonly loaded: number;
  readonly total: number;
}

/** @param video the same object for as long as it is the same video */
export function useFrames(video: Video): LoadedFrames {
  const [tracks, setTracks] = useState<readonly Frames[] | null>(null);
  const [loaded, setLoaded] = useState(0);
  useEffect(() => {
    const loading = new AbortController();
    const bitmaps: ImageBitmap[] = [];
    const load = async (url: string): Promise<ImageBitmap> => {
      const bitmap = await fetchFrame(url, loading.signal);
      bitmaps.push(bitmap);
      if (loading.signal.aborted) bitmap.close();
      else setLoaded(bitmaps.length);
      return bitmap;
    };
    setTracks(null);
    setLoaded(0);
    Promise.all(video.tracks.map(({ frames }) => Promise.all(frames.map(load)))).then(
      (all) => {
        if (!loading.signal.aborted) setTracks(all);
      },
      (fault: unknown) => {
        if (!loading.signal.aborted) toastFailure(fault);
      },
    );
    return () => {
      loading.abort();
      for (const bitmap of bitmaps) bitmap.close();
    };
  }, [video]);
  return { tracks, loaded, total: video.tracks.length * frameCount(video) };
}

async function fetchFrame(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`a frame is gone: ${url}`);
  return createImageBitmap(await response.blob());
}
