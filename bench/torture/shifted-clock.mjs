// Loaded before a program (`node --import …/shifted-clock.mjs?ms=600000`): all that it reads of the system's time is so many milliseconds off,
// as on a machine whose clock nobody has set. What only goes forward, `performance.now`, is as it was.

const off = Number(new URL(import.meta.url).searchParams.get("ms"));
const systemTime = Date.now;
const now = () => systemTime() + off;

globalThis.Date = new Proxy(Date, {
  apply: () => new Date(now()).toString(),
  construct: (date, given, made) => Reflect.construct(date, given.length === 0 ? [now()] : given, made),
  get: (date, name) => (name === "now" ? now : Reflect.get(date, name)),
});
