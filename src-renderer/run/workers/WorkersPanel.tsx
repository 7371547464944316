// Workers: where their queue is, who takes part, what is handed out, and how to start one more.

import type { QueueReport } from "../../../src-main/common/queue/job.ts";
import type { QueueSetting } from "../../../src-main/common/studio/queue.ts";
import { useQueue } from "../../state/queue-store.ts";
import { openDialog } from "../../state/shell-store.ts";
import { text } from "../../text/text.ts";
import { QueueJobs } from "./QueueJobs.tsx";
import { QueueState } from "./QueueState.tsx";
import { StartWorker } from "./StartWorker.tsx";
import { WorkersTable } from "./WorkersTable.tsx";

const words = text.workers.panel;
const openSettings = (): void => openDialog("queue");

export function WorkersPanel() {
  const { setting, report, diagnostic } = useQueue();
  if (setting === null && diagnostic === null) return <p className="rs-panel-empty">{text.workers.state.connecting}</p>;
  if (setting === null) {
    return (
      <div className="rs-workers">
        <div className="rs-queue-away">
          <QueueState />
        </div>
      </div>
    );
  }
  if (setting.from === null) return <Unset />;
  return (
    <div className="rs-workers">
      <div className="rs-panel-bar">
        <span className="rs-workers-queue">
          {words.queue} <code>{setting.address}</code>
          {setting.from === "environment" ? <small className="rs-muted"> {words.fromEnvironment}</small> : null}
        </span>
        {diagnostic === null ? <QueueState /> : null}
        <span className="rs-spacer" />
        <button type="button" className="rs-button rs-button-small" onClick={openSettings}>
          {words.settings}
        </button>
      </div>
      {diagnostic === null ? null : (
        <div className="rs-queue-away">
          <QueueState />
        </div>
      )}
      {report === null ? null : <Report report={report} setting={setting} />}
    </div>
  );
}

/** A single machine needs none, and who has more finds here how to begin. */
function Unset() {
  return (
    <div className="rs-panel-empty rs-workers-unset">
      <p>{words.unset}</p>
      <p>{words.setUp}</p>
      <button type="button" className="rs-button" onClick={openSettings}>
        {words.set}
      </button>
    </div>
  );
}

function Report({ report, setting }: { readonly report: QueueReport; readonly setting: QueueSetting }) {
  if (report.workers.length === 0) {
    return (
      <div className="rs-panel-scroll">
        <p>{words.none}</p>
        <StartWorker setting={setting} />
        {report.jobs.length === 0 ? null : <QueueJobs jobs={report.jobs} />}
      </div>
    );
  }
  return (
    <div className="rs-panel-scroll rs-workers-body" tabIndex={0} role="region" aria-label={words.title}>
      <WorkersTable report={report} version={setting.version} />
      <QueueJobs jobs={report.jobs} />
      <details>
        <summary>{words.more}</summary>
        <StartWorker setting={setting} />
      </details>
    </div>
  );
}
