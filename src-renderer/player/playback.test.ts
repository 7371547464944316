import { expect, test } from "vitest";
import { neighbour, playedFor } from "./playback.ts";

const video = { frame: 0, count: 16, rate: 8, isLooping: true };

test("a frame stays for its share of a second", () => {
  expect(playedFor(0, video).frame).toBe(0);
  expect(playedFor(0.124, video).frame).toBe(0);
  expect(playedFor(0.126, video).frame).toBe(1);
  expect(playedFor(1, video).frame).toBe(8);
});

test("a looping video begins again and is never over", () => {
  expect(playedFor(2, video)).toEqual({ frame: 0, isOver: false });
  expect(playedFor(60, { ...video, frame: 3 })).toEqual({ frame: 3, isOver: false });
});

test("a video that does not loop shows its last frame as long as any other, and ends on it", () => {
  const once = { ...video, isLooping: false };
  expect(playedFor(1.99, once)).toEqual({ frame: 15, isOver: false });
  expect(playedFor(2, once)).toEqual({ frame: 15, isOver: true });
});

test("a clock that stands before the beginning shows the first frame", () => {
  expect(playedFor(-0.5, { ...video, frame: 4 }).frame).toBe(4);
});

test("stepping goes round both ends", () => {
  expect(neighbour(15, 1, 16)).toBe(0);
  expect(neighbour(0, -1, 16)).toBe(15);
  expect(neighbour(0, 1, 1)).toBe(0);
});
