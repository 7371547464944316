// Where the queue of workers is: its address and token, kept by the program, which never shows a password again.

import { type FormEvent, useId, useState } from "react";
import { type Diagnostic, Refusal } from "../../../src-main/common/diagnostic.ts";
import type { QueueSetting } from "../../../src-main/common/studio/queue.ts";
import { studio } from "../../api/studio.ts";
import { retryQueue, useQueue } from "../../state/queue-store.ts";
import { openDialog } from "../../state/shell-store.ts";
import { attempt, toast } from "../../state/toast-store.ts";
import { explanationOf } from "../../text/sentence.ts";
import { text } from "../../text/text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { QueueState } from "./QueueState.tsx";

const words = text.workers.settings;

export function QueueDialog() {
  const { setting } = useQueue();
  const form = useId();
  const close = (): void => openDialog(null);
  return (
    <Dialog
      title={words.title}
      onClose={close}
      footer={
        <>
          {setting?.from === "studio" ? (
            <button type="button" className="rs-button rs-button-danger" onClick={() => attempt(remove)}>
              {words.remove}
            </button>
          ) : null}
          <span className="rs-spacer" />
          <button type="button" className="rs-button" onClick={close}>
            {text.app.close}
          </button>
          <button type="submit" form={form} className="rs-button rs-button-primary" disabled={setting === null}>
            {words.save}
          </button>
        </>
      }
    >
      <div className="rs-queue">
        <p className="rs-muted">{words.text}</p>
        {setting === null ? null : <QueueForm key={`${setting.from} ${setting.address}`} id={form} setting={setting} />}
        <QueueState />
      </div>
    </Dialog>
  );
}

async function remove(): Promise<void> {
  const { from } = await studio.removeQueue({});
  toast({ tone: "info", title: from === null ? words.removed : words.removedToEnvironment });
}

interface QueueFormProps {
  readonly id: string;
  readonly setting: QueueSetting;
}

function QueueForm({ id, setting }: QueueFormProps) {
  const shown = setting.address ?? "";
  const [address, setAddress] = useState(shown);
  const [token, setToken] = useState("");
  const [fault, setFault] = useState<Diagnostic | null>(null);
  const save = async (): Promise<void> => {
    const changes = { ...(address === shown ? {} : { address }), ...(token === "" ? {} : { token }) };
    // Nothing else is asked for than whether it answers.
    if (Object.keys(changes).length === 0 && shown !== "") return retryQueue();
    try {
      // Every window hears of it, this one too.
      await studio.saveQueue(changes);
      setFault(null);
      setToken("");
    } catch (refused) {
      if (!(refused instanceof Refusal)) throw refused;
      setFault(refused.diagnostics[0] ?? null);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    attempt(save);
  };
  return (
    <form id={id} className="rs-queue-form" onSubmit={submit}>
      {setting.from === "environment" ? <p className="rs-muted">{words.ofEnvironment}</p> : null}
      <label>
        {words.address}
        <input
          type="text"
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          placeholder="redis://:PASSWORD@HOST:6379"
          aria-invalid={fault !== null}
          aria-describedby={`${id}-address`}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <small id={`${id}-address`} className={fault === null ? "rs-muted" : "rs-tone-error rs-queue-fault"}>
        {fault === null ? words.addressHelp : explanationOf(fault)}
      </small>
      <label>
        {words.token}
        <input
          type="password"
          autoComplete="new-password"
          placeholder={setting.hasToken ? words.tokenKept : ""}
          aria-describedby={`${id}-token`}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      <small id={`${id}-token`} className="rs-muted">
        {words.tokenHelp}
      </small>
    </form>
  );
}
