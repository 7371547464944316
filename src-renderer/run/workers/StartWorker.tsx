// The command that starts a worker of the queue, to be copied to another machine. Secrets are words in it.

import { Copy } from "lucide-react";
import type { QueueSetting } from "../../../src-main/common/studio/queue.ts";
import { attempt, toast } from "../../state/toast-store.ts";
import { text } from "../../text/text.ts";
import { ActionButton } from "../../ui/ActionButton.tsx";

const words = text.workers.panel;
/** What another machine takes for itself. */
const OWN_HOST = /(?<=[@/])(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/;

export function StartWorker({ setting }: { readonly setting: QueueSetting }) {
  const { workerCommand, address, hasPassword, hasToken } = setting;
  if (workerCommand === null || address === null) return null;
  const secrets = [...(hasPassword ? ["PASSWORD"] : []), ...(hasToken ? ["TOKEN"] : [])];
  const [ownHost] = OWN_HOST.exec(address) ?? [];
  const copy = async (): Promise<void> => {
    // Over plain HTTP from another machine, browsers give pages no clipboard.
    if (!("clipboard" in navigator)) throw new Error(words.noClipboard);
    await navigator.clipboard.writeText(workerCommand);
    toast({ tone: "info", title: words.copied });
  };
  return (
    <div className="rs-start-worker">
      <div className="rs-start-worker-command">
        <code aria-label={words.command}>{workerCommand}</code>
        <ActionButton icon={Copy} label={words.copy} onClick={() => attempt(copy)} />
      </div>
      <p className="rs-muted">
        {secrets.length === 0 ? null : words.secrets(secrets)}
        {ownHost === undefined ? null : words.ownHost(ownHost)}
        {words.models}
      </p>
    </div>
  );
}
