// What the player shows: the same video drawn in several ways, beside each other and in step.

export interface Track {
  readonly id: string;
  readonly label: string;
  /** URLs of pictures of one size, one a frame; every track has as many. */
  readonly frames: readonly string[];
}

export interface Video {
  readonly name: string;
  readonly fps: number;
  readonly tracks: readonly Track[];
  /** Written into what is exported: in the form of other programs for Stable Diffusion, and all settings as JSON. */
  readonly parameters: string;
  readonly recipe: string;
}

/** The decoded frames of a track. */
export type Frames = readonly ImageBitmap[];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function frameCount({ tracks }: Video): number {
  return tracks[0]?.frames.length ?? 0;
}
