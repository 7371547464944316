// What a node or group is called, where it stands: a double click or a key changes it. Enter and leaving take what was typed, Escape does not.

import { type ReactNode, useState } from "react";
import { rename } from "../commands/looks.ts";
import { shellStore } from "../state/shell-store.ts";
import { text } from "../text/text.ts";

interface NodeTitleProps {
  readonly id: string;
  /** The name that was given; `undefined`: it goes by its type. */
  readonly name: string | undefined;
  /** Of its type. */
  readonly title: string;
  readonly className: string;
}

export function NodeTitle({ id, name, title, className }: NodeTitleProps) {
  const isEdited = shellStore(({ editedName }) => editedName === id);
  if (isEdited) return <NameField id={id} name={name ?? ""} title={title} />;
  return (
    <span
      className={className}
      title={name === undefined ? title : `${name} (${title})`}
      onDoubleClick={(event) => {
        event.stopPropagation();
        shellStore.setState({ editedName: id });
      }}
    >
      {name ?? breakable(title)}
      {name === undefined ? null : <small className="rs-node-type"> {title}</small>}
    </span>
  );
}

/** Words that are written as one, such as NegEmbedding, break between them where there is no room. */
function breakable(title: string): ReactNode {
  return title.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word, i) => (i === 0 ? [word] : [<wbr key={i} />, word]));
}

function NameField({ id, name, title }: { readonly id: string; readonly name: string; readonly title: string }) {
  const [typed, setTyped] = useState(name);
  const close = (): void => shellStore.setState({ editedName: null });
  const take = (): void => {
    close();
    if (typed.trim() !== name) rename(id, typed);
  };
  return (
    <input
      className="rs-node-name nodrag nopan"
      type="text"
      aria-label={text.node.nameOf(title)}
      placeholder={title}
      value={typed}
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") take();
        if (event.key === "Escape") close();
      }}
    />
  );
}
