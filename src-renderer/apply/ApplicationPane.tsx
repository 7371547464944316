// A comparison in the run panel.

import { openApplication } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { ApplicationView } from "./ApplicationView.tsx";
import { useApplication } from "./use-application.ts";

export function ApplicationPane({ run }: { readonly run: string }) {
  const application = useApplication(run);
  const name = application.detail?.name ?? application.job?.name ?? run;
  return (
    <>
      <div className="rs-run-bar">
        <strong className="rs-run-name">{name}</strong>
        <span className="rs-run-commands">
          <button type="button" className="rs-button rs-button-small" onClick={() => openApplication(run)}>
            {text.applying.enlarge}
          </button>
        </span>
      </div>
      <div className="rs-panel-scroll" tabIndex={0} role="region" aria-label={text.applying.of(name)}>
        <ApplicationView run={run} application={application} />
      </div>
    </>
  );
}
