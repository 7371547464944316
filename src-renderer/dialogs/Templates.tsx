// Workflows to begin with, and those that were open lately.

import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import type { Template } from "../../src-main/common/studio/document.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import { studio } from "../api/studio.ts";
import { chooseAndOpen, newDocument, openPath } from "../files/documents.ts";
import { addTab } from "../state/document-store.ts";
import { openDialog } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";

const closeDialog = (): void => openDialog(null);

export function Templates() {
  const [templates, setTemplates] = useState<readonly Template[]>([]);
  const [recent, setRecent] = useState<readonly { readonly path: string; readonly name: string }[]>([]);
  useEffect(() => attempt(async () => setTemplates(await studio.templates({}))), []);
  useEffect(() => attempt(async () => setRecent(await studio.recentDocuments({}))), []);
  return (
    <Dialog
      title={text.templates.title}
      size="large"
      onClose={closeDialog}
      footer={
        <button type="button" className="rs-button" onClick={() => (closeDialog(), chooseAndOpen())}>
          {text.templates.open}
        </button>
      }
    >
      <p className="rs-muted">{text.templates.text}</p>
      <div className="rs-templates">
        <button type="button" className="rs-template" data-autofocus onClick={() => (closeDialog(), newDocument())}>
          <span className="rs-template-blank">
            <Plus size={28} aria-hidden />
          </span>
          <strong>{text.templates.blank}</strong>
          <span>{text.templates.blankText}</span>
        </button>
        {templates.map(({ id, name, description, needs, picture, workflow }) => (
          <button
            key={id}
            type="button"
            className="rs-template"
            onClick={() => (closeDialog(), addTab({ name, workflow: readWorkflow(workflow, name).workflow }))}
          >
            {picture === null ? null : <img src={picture} alt="" />}
            <strong>{name}</strong>
            <span>{description}</span>
            <small className="rs-muted">{needs === "" ? text.templates.ready : text.templates.needs(needs)}</small>
          </button>
        ))}
      </div>
      {recent.length === 0 ? null : (
        <>
          <h3>{text.templates.recent}</h3>
          <ul className="rs-file-list">
            {recent.map(({ path, name }) => (
              <li key={path}>
                <button type="button" onClick={() => (closeDialog(), attempt(() => openPath(path)))}>
                  <span>{name}</span>
                  <small className="rs-muted rs-path">{path}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
