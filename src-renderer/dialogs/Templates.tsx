// Workflows to begin with, and those that were open lately.

import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import type { Template } from "../../src-main/common/studio/document.ts";
import { studio } from "../api/studio.ts";
import { openTemplate } from "../choose/open-template.ts";
import { chooseAndOpen, newDocument, openPath } from "../files/documents.ts";
import { openDialog } from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { TemplateCard } from "./TemplateCard.tsx";

const closeDialog = (): void => openDialog(null);

export function Templates() {
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  const [recent, setRecent] = useState<readonly { readonly path: string; readonly name: string }[]>([]);
  useEffect(() => attempt(async () => setTemplates(await studio.templates({}))), []);
  useEffect(() => attempt(async () => setRecent(await studio.recentDocuments({}))), []);
  return (
    <Dialog
      title={text.templates.title}
      size="wide"
      onClose={closeDialog}
      footer={
        <button type="button" className="rs-button" onClick={() => (closeDialog(), chooseAndOpen())}>
          {text.templates.open}
        </button>
      }
    >
      <p className="rs-muted">{text.templates.text}</p>
      <div className="rs-templates" aria-busy={templates === null}>
        <button type="button" className="rs-template" data-autofocus onClick={() => (closeDialog(), newDocument())}>
          <span className="rs-template-blank">
            <Plus size={28} aria-hidden />
          </span>
          <strong>{text.templates.blank}</strong>
          <span>{text.templates.blankText}</span>
        </button>
        {templates?.map((template) => (
          <TemplateCard
            key={template.id}
            template={template}
            onOpen={() => (closeDialog(), attempt(() => openTemplate(template)))}
          />
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
