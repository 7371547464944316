// Whatever lies over the editor just now.

import { useEffect, useState } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import type { FolderListing, Template } from "../../src-main/common/studio/document.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import { own, type PortEnd } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { refusalOf } from "../canvas/can-connect.ts";
import { portsOf, titleOf } from "../canvas/node-look.ts";
import { COMMANDS, keysOf, runCommand } from "../commands/commands.ts";
import { changeParam, connectPorts, placeNode, present, selected } from "../commands/node-edits.ts";
import { chooseAndOpen, newDocument, openPath } from "../files/documents.ts";
import { checkStore } from "../state/check-store.ts";
import { addTab } from "../state/document-store.ts";
import {
  chooseFile,
  type FileRequest,
  openDialog,
  type PaletteRequest,
  type Question,
  shellStore,
} from "../state/shell-store.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { ChoiceList, type Choice } from "./ChoiceList.tsx";
import { Shortcuts } from "./Shortcuts.tsx";

const closeDialog = (): void => openDialog(null);

export function Dialogs() {
  const { dialog, palette, file, question } = shellStore();
  return (
    <>
      {dialog === "templates" ? <Templates /> : null}
      {dialog === "shortcuts" ? <Shortcuts /> : null}
      {dialog === "commands" ? <CommandList /> : null}
      {dialog === "connect" ? <ConnectTo /> : null}
      {dialog === "missing" ? <MissingFiles /> : null}
      {palette === null ? null : <Palette request={palette} />}
      {file === null ? null : <FileDialog request={file} />}
      {question === null ? null : <QuestionDialog question={question} />}
    </>
  );
}

function Palette({ request: { place, from } }: { readonly request: PaletteRequest }) {
  const close = (): void => shellStore.setState({ palette: null });
  const node = from === null ? undefined : own(present()?.graph.nodes ?? {}, from.node);
  const kind = from === null || node === undefined ? undefined : own(portsOf(node, from.side), from.port)?.kind;
  const choices = [...nodeTypes.values()].flatMap((type): Choice[] => {
    const ports = Object.entries(from?.side === "output" ? type.inputs : type.outputs);
    const port = ports.find(([, each]) => each.kind === kind)?.[0];
    if (from !== null && port === undefined) return [];
    const wire = from === null || port === undefined ? undefined : (id: string) => joined(from, { node: id, port });
    return [
      {
        id: type.type.replace("/", "-"),
        label: type.title,
        detail: type.help,
        run: () => (close(), placeNode(type, place, wire)),
      },
    ];
  });
  return (
    <Dialog title={kind === undefined ? text.palette.title : text.palette.titleFrom(kind)} onClose={close}>
      <ChoiceList choices={choices} placeholder={text.palette.placeholder} none={text.palette.none} />
      <p className="muted">{text.palette.hint}</p>
    </Dialog>
  );
}

function joined({ side, node, port }: PortEnd & { readonly side: "input" | "output" }, other: PortEnd) {
  return side === "output" ? { from: { node, port }, to: other } : { from: other, to: { node, port } };
}

function CommandList() {
  const choices = COMMANDS.map((id) => ({
    id: id.replace(".", "-"),
    label: text.commands[id],
    detail: keysOf(id),
    run: () => (closeDialog(), runCommand(id)),
  }));
  return (
    <Dialog title={text.commandsDialog.title} onClose={closeDialog}>
      <ChoiceList choices={choices} placeholder={text.commandsDialog.placeholder} none={text.commandsDialog.none} />
    </Dialog>
  );
}

/** Wires by keyboard: first the port of the selected node, then what it goes to. */
function ConnectTo() {
  const [port, setPort] = useState<(PortEnd & { readonly side: "input" | "output" }) | null>(null);
  const workflow = present();
  const id = selected().nodes.at(-1);
  const node = own(workflow?.graph.nodes ?? {}, id ?? "");
  const portsOfNode = (["output", "input"] as const).flatMap((side) =>
    node === undefined || id === undefined
      ? []
      : Object.entries(portsOf(node, side)).map(([name, { label, kind }]) => ({
          id: `${side}-${name}`,
          label,
          detail: `${side}, ${kind}`,
          run: () => setPort({ node: id, port: name, side }),
        })),
  );
  const targets =
    port === null || workflow === undefined
      ? []
      : Object.entries(workflow.graph.nodes).flatMap(([other, each]) =>
          Object.entries(portsOf(each, port.side === "output" ? "input" : "output")).flatMap(
            ([name, { label }]): Choice[] => {
              const { from, to } = joined(port, { node: other, port: name });
              if (refusalOf(workflow, from, to) !== null) return [];
              return [
                {
                  id: `${other}-${name}`,
                  label: `${titleOf(each)} › ${label}`,
                  detail: other,
                  run: () => (closeDialog(), connectPorts(from, to)),
                },
              ];
            },
          ),
        );
  const title =
    node === undefined
      ? text.connectDialog.noNode
      : port === null
        ? text.connectDialog.choosePort(titleOf(node))
        : text.connectDialog.chooseTarget(port.port);
  return (
    <Dialog title={title} onClose={closeDialog}>
      {node === undefined ? null : (
        <ChoiceList
          key={port?.port}
          choices={port === null ? portsOfNode : targets}
          placeholder={text.connectDialog.search}
          none={text.connectDialog.none}
        />
      )}
    </Dialog>
  );
}

function Templates() {
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
        <button type="button" className="button" onClick={() => (closeDialog(), chooseAndOpen())}>
          {text.templates.open}
        </button>
      }
    >
      <p className="muted">{text.templates.text}</p>
      <div className="templates">
        <button type="button" className="template" onClick={() => (closeDialog(), newDocument())}>
          <strong>{text.templates.blank}</strong>
          <span>{text.templates.blankText}</span>
        </button>
        {templates.map(({ id, name, description, needs, picture, workflow }) => (
          <button
            key={id}
            type="button"
            className="template"
            onClick={() => (closeDialog(), addTab({ name, workflow: readWorkflow(workflow, name).workflow }))}
          >
            {picture === null ? null : <img src={picture} alt="" />}
            <strong>{name}</strong>
            <span>{description}</span>
            <small className="muted">{needs === "" ? text.templates.ready : text.templates.needs(needs)}</small>
          </button>
        ))}
      </div>
      {recent.length === 0 ? null : (
        <>
          <h3>{text.templates.recent}</h3>
          <ul className="file-list">
            {recent.map(({ path, name }) => (
              <li key={path}>
                <button type="button" onClick={() => (closeDialog(), attempt(() => openPath(path)))}>
                  <span>{name}</span>
                  <small className="muted path">{path}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

function MissingFiles() {
  const missing = checkStore((state) => state.missing);
  return (
    <Dialog title={text.missing.title} onClose={closeDialog}>
      <p className="muted">{missing.length === 0 ? text.missing.none : text.missing.text}</p>
      {missing.map(({ node, param, path, hash }) => (
        <div key={`${node}-${param}`} className="missing">
          <span>
            {path}
            {hash === null ? null : <small className="muted"> {text.missing.hash(hash)}</small>}
          </span>
          <button
            type="button"
            className="button"
            onClick={() =>
              chooseFile({ mode: "folder", start: "", onChoose: (chosen) => changeParam(node, param, param, chosen) })
            }
          >
            {text.missing.choose}
          </button>
        </div>
      ))}
    </Dialog>
  );
}

function FileDialog({ request }: { readonly request: FileRequest }) {
  const [listing, setListing] = useState<FolderListing | null>(null);
  const [name, setName] = useState(request.mode === "save" ? request.name : "");
  const close = (): void => shellStore.setState({ file: null });
  const go = (path: string | null): void => attempt(async () => setListing(await studio.listFolder({ path })));
  const choose = (path: string): void => (close(), request.onChoose(path));
  useEffect(() => attempt(async () => setListing(await studio.listFolder({ path: null }))), []);
  const titles = {
    open: text.files.openTitle,
    save: text.files.saveTitle,
    folder: text.files.folderTitle,
    file: text.files.fileTitle,
  };
  const separator = listing?.path.includes("\\") === true ? "\\" : "/";
  const saveHere = (): void => {
    const path = `${listing?.path}${separator}${name}`;
    if (listing?.entries.some((entry) => entry.name === name) !== true) return choose(path);
    shellStore.setState({
      question: {
        title: text.files.exists(name),
        text: text.files.existsText,
        answers: [{ label: text.files.replace, tone: "danger", run: () => choose(path) }],
      },
    });
  };
  return (
    <Dialog title={titles[request.mode]} size="large" onClose={close}>
      <div className="file-places">
        {(listing?.places ?? []).map((place) => (
          <button key={place.path} type="button" className="button" onClick={() => go(place.path)}>
            {place.name}
          </button>
        ))}
        {listing === null || listing.parent === null ? null : (
          <button type="button" className="button" onClick={() => go(listing.parent)}>
            {text.files.up}
          </button>
        )}
      </div>
      <p className="muted path">{listing?.path}</p>
      <ul className="file-list">
        {(listing?.entries ?? []).map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              onClick={() =>
                entry.isFolder ? go(entry.path) : request.mode === "save" ? setName(entry.name) : choose(entry.path)
              }
            >
              <span>{entry.isFolder ? `${entry.name}/` : entry.name}</span>
              {entry.isFolder ? null : <small className="muted">{text.files.size(entry.bytes)}</small>}
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-footer">
        {request.mode === "save" ? (
          <input
            type="text"
            aria-label={text.files.name}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        ) : null}
        {request.mode === "save" ? (
          <button type="button" className="button button-primary" onClick={saveHere}>
            {text.files.save}
          </button>
        ) : null}
        {request.mode === "folder" && listing !== null ? (
          <button type="button" className="button button-primary" onClick={() => choose(listing.path)}>
            {text.files.chooseThis}
          </button>
        ) : null}
      </div>
    </Dialog>
  );
}

function QuestionDialog({ question: { title, text: words, answers } }: { readonly question: Question }) {
  const close = (): void => shellStore.setState({ question: null });
  return (
    <Dialog title={title} size="small" onClose={close}>
      <p>{words}</p>
      <div className="dialog-footer">
        <button type="button" className="button" onClick={close}>
          {text.app.cancel}
        </button>
        {answers.map(({ label, tone, run }) => (
          <button
            key={label}
            type="button"
            className={`button button-${tone ?? "plain"}`}
            onClick={() => (close(), run())}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
