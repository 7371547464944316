// How near the canvas can be seen, and the stops in between: each about a quarter, far away a half, nearer than the one before.

export const ZOOM_STOPS = [0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5] as const;
export const MIN_ZOOM = ZOOM_STOPS[0];
export const MAX_ZOOM = 2.5;
/** Around all that is fitted into the pane, a share of it on each side. */
export const FIT_PADDING = 0.05;

/** The next stop from any zoom; at the last one that one again. */
export function nextStop(zoom: number, by: 1 | -1): number {
  const stops = by === 1 ? ZOOM_STOPS : ZOOM_STOPS.toReversed();
  // A zoom that is a hair beside a stop stands on it.
  return stops.find((stop) => (by === 1 ? stop > zoom * 1.01 : stop < zoom / 1.01)) ?? (by === 1 ? MAX_ZOOM : MIN_ZOOM);
}
