// Whatever lies over the editor just now.

import { ApplicationWindow } from "../apply/ApplicationWindow.tsx";
import { ApplyDialog } from "../apply/ApplyDialog.tsx";
import { Picker } from "../choose/Picker.tsx";
import { UnlocatedFiles } from "../drop/UnlocatedFiles.tsx";
import { RatingWindow } from "../rating/RatingWindow.tsx";
import { VaryDialog } from "../run/sweep/VaryDialog.tsx";
import { QueueDialog } from "../run/workers/QueueDialog.tsx";
import { shellStore } from "../state/shell-store.ts";
import { shownSweepStore } from "../state/shown-sweep-store.ts";
import { CommandList } from "./CommandList.tsx";
import { ConnectTo } from "./ConnectTo.tsx";
import { FileDialog } from "./FileDialog.tsx";
import { MissingFiles } from "./MissingFiles.tsx";
import { Palette } from "./Palette.tsx";
import { QuestionDialog } from "./QuestionDialog.tsx";
import { Shortcuts } from "./Shortcuts.tsx";
import { Templates } from "./Templates.tsx";

export function Dialogs() {
  const { dialog, palette, picked, unlocated, file, question, apply, rating, application } = shellStore();
  const vary = shownSweepStore((state) => state.vary);
  return (
    <>
      {dialog === "templates" ? <Templates /> : null}
      {dialog === "shortcuts" ? <Shortcuts /> : null}
      {dialog === "commands" ? <CommandList /> : null}
      {dialog === "connect" ? <ConnectTo /> : null}
      {dialog === "missing" ? <MissingFiles /> : null}
      {dialog === "queue" ? <QueueDialog /> : null}
      {vary === null ? null : <VaryDialog request={vary} />}
      {apply === null ? null : <ApplyDialog embedding={apply} />}
      {rating === null ? null : <RatingWindow key={rating} run={rating} />}
      {application === null ? null : <ApplicationWindow key={application} run={application} />}
      {palette === null ? null : <Palette request={palette} />}
      {picked === null ? null : <Picker key={`${picked.node} ${picked.param}`} picked={picked} />}
      {unlocated === null ? null : <UnlocatedFiles drop={unlocated} />}
      {file === null ? null : <FileDialog request={file} />}
      {question === null ? null : <QuestionDialog question={question} />}
    </>
  );
}
