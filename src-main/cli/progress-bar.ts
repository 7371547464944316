// Progress with rate and time left: a bar on a terminal, elsewhere a plain line now and then.

export interface Progress {
  readonly phase: string;
  /** What is counted. */
  readonly unit?: string | undefined;
  readonly done: number;
  readonly total: number;
  /** Estimated from the rate where the worker does not say. */
  readonly secondsLeft?: number | undefined;
  /** It may take less. */
  readonly mayEndEarly?: boolean;
  readonly detail?: string | undefined;
}

/** `process.stderr`, or what a test puts in its place. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

export interface ProgressBar {
  readonly update: (progress: Progress) => void;
  /** What takes a while of which nothing is known, in place of the bar. */
  readonly busy: (text: string) => void;
  /** A line of text that stays, above the bar. */
  readonly line: (text: string) => void;
  readonly end: () => void;
}

const BAR_WIDTH = 24;
const REDRAW_EVERY_MS = 100;
const PLAIN_LINE_EVERY_MS = 5000;
const CLEAR_LINE = "\r\x1b[K";

/** @param now milliseconds on any clock that only goes forward. */
export function createProgressBar(output: Output, now: () => number = () => performance.now()): ProgressBar {
  const isTerminal = output.isTTY === true;
  const interval = isTerminal ? REDRAW_EVERY_MS : PLAIN_LINE_EVERY_MS;
  let phase: { readonly name: string; readonly start: number; readonly done: number } | null = null;
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let shown = "";

  return {
    update(progress) {
      if (phase?.name !== progress.phase) {
        phase = { name: progress.phase, start: now(), done: progress.done };
        lastDrawn = Number.NEGATIVE_INFINITY;
      }
      const isLast = progress.done >= progress.total;
      if (now() - lastDrawn < interval && !isLast) return;
      lastDrawn = now();
      const rate = rateOf(progress.done - phase.done, now() - phase.start);
      if (!isTerminal) {
        output.write(`${describe(progress, rate)}\n`);
        return;
      }
      shown = fit(`${drawBar(progress)} ${describe(progress, rate)}`, output.columns ?? 80);
      output.write(CLEAR_LINE + shown);
      if (isLast) {
        output.write("\n");
        shown = "";
      }
    },
    busy(text) {
      if (!isTerminal && now() - lastDrawn < interval) return;
      lastDrawn = now();
      if (!isTerminal) return void output.write(`${text}\n`);
      shown = fit(text, output.columns ?? 80);
      output.write(CLEAR_LINE + shown);
    },
    line(text) {
      output.write(shown === "" ? `${text}\n` : `${CLEAR_LINE}${text}\n${shown}`);
    },
    end() {
      if (shown !== "") output.write("\n");
      shown = "";
    },
  };
}

/** Per second; unknown before anything was done. */
function rateOf(done: number, milliseconds: number): number | null {
  return done > 0 && milliseconds > 0 ? (1000 * done) / milliseconds : null;
}

function describe(
  { phase, unit, done, total, secondsLeft, mayEndEarly = false, detail }: Progress,
  rate: number | null,
): string {
  const percent = Math.floor((100 * done) / total);
  const parts = [
    `${phase} ${String(percent).padStart(3)} %`,
    `${Math.floor(done)}/${total}${unit === undefined ? "" : ` ${unit}`}`,
  ];
  if (rate !== null) parts.push(rate >= 1 ? `${rate.toFixed(1)}/s` : `${(1 / rate).toFixed(1)} s each`);
  const left = secondsLeft ?? (rate === null ? undefined : (total - done) / rate);
  if (left !== undefined && done < total) parts.push(`${mayEndEarly ? "at most " : ""}${printDuration(left)} left`);
  if (detail !== undefined) parts.push(detail);
  return parts.join("  ");
}

function drawBar({ done, total }: Progress): string {
  const filled = Math.min(BAR_WIDTH, Math.round((BAR_WIDTH * done) / total));
  return "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
}

/** A line that wraps could not be redrawn in place. */
function fit(text: string, columns: number): string {
  return text.length < columns ? text : text.slice(0, columns - 1);
}

/** `0:07`, `12:34`, `1:02:03` */
export function printDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const twoDigits = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}
