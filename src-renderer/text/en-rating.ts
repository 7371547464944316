// Words of the window in which images are compared.

import { counted } from "../../src-main/common/counted.ts";

export const enRating = {
  open: "Rate images",
  openHelp: "Say which of two images is better, and train a reward of your own from it",
  title: "Which image is better?",
  left: "The left image is better",
  right: "The right image is better",
  leftShort: "Left",
  rightShort: "Right",
  tie: "Neither",
  skip: "Skip",
  undo: "Undo",
  progress: "Pairs rated",
  count: (count: number, enough: number) =>
    count < enough
      ? `${counted(count, "pair")} rated; ${enough} make a reward of your own`
      : `${counted(count, "pair")} rated`,
  train: "Train a reward from these",
  trainHelp: (enough: number) =>
    `Opens a workflow that learns what you prefer; it serves better from ${enough} pairs on`,
  loading: "Looking for images…",
  none: "This run has no two images of one prompt. Runs with previews, Compare or Evaluate have them.",
  done: "All pairs of this run are rated. Another run brings others.",
  workflow: "My reward",
};
