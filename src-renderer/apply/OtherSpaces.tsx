// What an embedding of this kind works with at all, also among models that are not on this machine.

import { useEffect, useState } from "react";
import { KNOWN_SPACES, type KnownSpace, printSpace } from "../../src-main/common/embedding-space.ts";
import { studio } from "../api/studio.ts";
import { useFileKind } from "../run/use-file-kind.ts";
import { attempt } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const words = text.applying;
const SPACES: readonly KnownSpace[] = Object.values(KNOWN_SPACES);

export function OtherSpaces({ embedding }: { readonly embedding: string }) {
  const [id, setId] = useState<string | null>(null);
  const kind = useFileKind(embedding);
  useEffect(() => attempt(async () => setId((await studio.inspect({ path: embedding })).space ?? null)), [embedding]);
  // A LoRA or a text encoder stands in for no texts.
  if (id === null || kind !== "embedding") return null;
  const own = SPACES.find((space) => space.id === id);
  return (
    <details className="rs-other-spaces">
      <summary>{words.spaces}</summary>
      <p>{own === undefined ? words.ownSpace : words.worksWith(printSpace(own), own.models)}</p>
      <ul>
        {SPACES.filter((space) => space !== own).map((space) => (
          <li key={space.id}>{words.worksNotWith(printSpace(space), space.models)}</li>
        ))}
      </ul>
    </details>
  );
}
