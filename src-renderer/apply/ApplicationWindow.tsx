// A comparison over the whole editor: how far it is, and then the videos in step. Closing it stops nothing.

import { openApplication } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ApplicationView } from "./ApplicationView.tsx";
import { useApplication } from "./use-application.ts";

export function ApplicationWindow({ run }: { readonly run: string }) {
  const application = useApplication(run);
  return (
    <Dialog
      title={text.applying.of(application?.detail?.name ?? application?.job?.name ?? run)}
      size="wide"
      onClose={() => openApplication(null)}
    >
      <ApplicationView run={run} application={application} takesFocus />
    </Dialog>
  );
}
