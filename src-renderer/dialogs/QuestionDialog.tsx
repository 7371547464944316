// A question that must be answered before anything is lost.

import { type Question, shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

export function QuestionDialog({
  question: { title, text: words, items = [], cancel = text.app.cancel, answers },
}: {
  readonly question: Question;
}) {
  const close = (): void => shellStore.setState({ question: null });
  return (
    <Dialog title={title} size="small" onClose={close}>
      <p>{words}</p>
      {items.length === 0 ? null : (
        <ul>
          {items.map((item) => (
            <li key={item} className="rs-path">
              {item}
            </li>
          ))}
        </ul>
      )}
      <div className="rs-dialog-footer">
        {/* It may come while one types: Enter changes nothing. */}
        <button type="button" className="rs-button" data-autofocus onClick={close}>
          {cancel}
        </button>
        {answers.map(({ label, tone, run }) => (
          <button
            key={label}
            type="button"
            className={`rs-button rs-button-${tone ?? "plain"}`}
            onClick={() => (close(), run())}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
