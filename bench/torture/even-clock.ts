// A clock of which each look finds it later by the same time. What a program does by the time that has passed, as an image that is shown
// while it is drawn, it then does in the same places each time.

/** For the whole process. */
export function setEvenClock(millisecondsALook: number): void {
  let now = 0;
  performance.now = () => (now += millisecondsALook);
}
