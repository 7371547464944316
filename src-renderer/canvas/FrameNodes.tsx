// Nodes that compute nothing: notes to read, and frames around what belongs together.

import { NodeResizer, type NodeProps, ViewportPortal } from "@xyflow/react";
import { memo, useState } from "react";
import { writeNote } from "../commands/looks.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";
import type { FlowNode } from "./flow-nodes.ts";
import { NodeTitle } from "./NodeTitle.tsx";

export const NoteNode = memo(function NoteNode(props: NodeProps<FlowNode>) {
  const { id, data, selected } = props;
  const words = data.node.params["text"];
  const written = typeof words === "string" ? words : "";
  const isEdited = shellStore(({ editedParam }) => editedParam?.node === id);
  return (
    <div
      className={selected ? "rs-note rs-is-selected" : "rs-note"}
      data-node-id={id}
      data-colour={data.colour}
      onDoubleClick={() => shellStore.setState({ editedParam: { node: id, param: "text" } })}
    >
      {selected ? <FrameHandles frame={props} minWidth={120} minHeight={60} /> : null}
      {isEdited ? (
        <NoteField id={id} written={written} />
      ) : (
        // A wheel turns the words of the note that is selected, and over the others it zooms.
        <p className={`rs-note-text${written === "" ? " rs-muted" : ""}${selected ? " nowheel" : ""}`}>
          {written === "" ? text.node.emptyNote : written}
        </p>
      )}
    </div>
  );
});

/** Leaving and Ctrl+Enter take what was written, Escape does not. The note grows so that all of it is read. */
function NoteField({ id, written }: { readonly id: string; readonly written: string }) {
  const [typed, setTyped] = useState(written);
  const close = (): void => shellStore.setState({ editedParam: null });
  const take = (field: HTMLTextAreaElement): void => {
    close();
    if (typed !== written) writeNote(id, typed, field.scrollHeight);
  };
  return (
    <textarea
      className="rs-note-field nodrag nopan nowheel"
      aria-label={text.node.noteText}
      value={typed}
      autoFocus
      onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={(event) => take(event.target)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) take(event.currentTarget);
        if (event.key === "Escape") close();
      }}
    />
  );
}

export const GroupNode = memo(function GroupNode(props: NodeProps<FlowNode>) {
  const { id, data, selected } = props;
  return (
    <div className={selected ? "rs-group rs-is-selected" : "rs-group"} data-node-id={id} data-colour={data.colour}>
      {selected ? <FrameHandles frame={props} minWidth={160} minHeight={100} /> : null}
      <div className="rs-group-title">
        <NodeTitle id={id} name={data.name} title={text.node.group} className="rs-group-name" />
      </div>
    </div>
  );
});

interface FrameHandlesProps {
  readonly frame: NodeProps<FlowNode>;
  readonly minWidth: number;
  readonly minHeight: number;
}

/** What resizes a frame lies above all: the frame itself lies under wires and nodes, which would take the pointer. */
function FrameHandles({ frame, ...least }: FrameHandlesProps) {
  const { id, positionAbsoluteX: x, positionAbsoluteY: y, width = 0, height = 0 } = frame;
  return (
    <ViewportPortal>
      <div className="rs-frame-handles" style={{ transform: `translate(${x}px, ${y}px)`, width, height }}>
        <NodeResizer nodeId={id} {...least} />
      </div>
    </ViewportPortal>
  );
}
