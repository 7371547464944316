// Images that several runs have drawn of the same prompt from the same noise: the only ones that can be compared.

import type { PreviewPicture, RunDetail } from "../../../src-main/common/studio/run.ts";

export interface SharedImage {
  readonly prompt: string;
  readonly seed: number;
  /** The newest of each run, by its place among the runs; absent: that run has none. */
  readonly images: readonly (DrawnImage | undefined)[];
}

export interface DrawnImage {
  readonly preview: PreviewPicture;
  /** Of the image in the preview. */
  readonly index: number;
}

/** Those that at least two of the runs have, in the order of the first. */
export function sharedImages(runs: readonly Pick<RunDetail, "previews">[]): readonly SharedImage[] {
  const drawn = runs.map(({ previews }) => newestImages(previews));
  const keys = new Set(drawn.flatMap((images) => [...images.keys()]));
  return [...keys].flatMap((key): SharedImage[] => {
    const images = drawn.map((ofRun) => ofRun.get(key));
    const [first] = images.flatMap((image) => image ?? []);
    if (first === undefined || images.filter((image) => image !== undefined).length < 2) return [];
    const { preview, index } = first;
    return [{ prompt: preview.prompts[index] ?? "", seed: preview.seed + index, images }];
  });
}

/** Later steps take the place of earlier ones. */
function newestImages(previews: readonly PreviewPicture[]): ReadonlyMap<string, DrawnImage> {
  const inOrder = previews.toSorted((a, b) => a.step - b.step);
  return new Map(
    inOrder.flatMap((preview) =>
      preview.prompts.map((prompt, index) => [`${preview.seed + index} ${prompt}`, { preview, index }] as const),
    ),
  );
}
