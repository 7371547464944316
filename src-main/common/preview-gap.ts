// How far apart the pictures of a preview lie in its file.

/** Pixels of white between two pictures of a row. */
export const PREVIEW_GAP = 4;
