// Whether the queue of workers answers, and if not, why and what to do.

import { retryQueue, useQueue } from "../../state/queue-store.ts";
import { asSentence } from "../../text/sentence.ts";
import { text } from "../../text/text.ts";

const words = text.workers.state;

export function QueueState() {
  const { setting, state, report, diagnostic } = useQueue();
  if (diagnostic !== null) {
    const { at, message, help } = diagnostic;
    return (
      <div className="rs-queue-state" role="status" aria-label={words.title}>
        <span className="rs-tone-error">{asSentence(message)}</span>
        {at.file === undefined ? null : <span className="rs-muted rs-path">{at.file}</span>}
        {help === undefined ? null : <span className="rs-muted">{asSentence(help)}</span>}
        {state === "failed" ? (
          <button type="button" className="rs-button rs-button-small" onClick={retryQueue}>
            {text.app.retry}
          </button>
        ) : null}
      </div>
    );
  }
  const isOpen = state === "open" && report !== null;
  const told = isOpen
    ? words.open(report.workers.length, report.jobs.length)
    : (setting?.from ?? null) === null
      ? words.unset
      : state === "idle"
        ? words.idle
        : words.connecting;
  return (
    <span className={isOpen ? "rs-tone-success" : "rs-muted"} role="status" aria-label={words.title}>
      {told}
    </span>
  );
}
