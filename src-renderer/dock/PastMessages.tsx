// Errors and warnings that were shown for a moment, to be read again.

import { forgetPastToasts, toastStore } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

export function PastMessages() {
  const past = toastStore((state) => state.past);
  if (past.length === 0) return null;
  return (
    <section className="rs-past-messages" aria-label={text.messages.past}>
      <header>
        <h3>{text.messages.past}</h3>
        <button type="button" className="rs-link-button" onClick={forgetPastToasts}>
          {text.messages.clear}
        </button>
      </header>
      <ul>
        {past.map(({ id, at, tone, title, detail, count }) => (
          <li key={id}>
            <time dateTime={at.toISOString()} className="rs-muted">
              {at.toLocaleTimeString()}
            </time>
            <span>
              <strong className={`rs-tone-${tone}`}>{title}</strong> {detail}
              {count > 1 ? <span className="rs-toast-count">{text.messages.times(count)}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
