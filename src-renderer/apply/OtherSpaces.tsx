// What an embedding of this kind works with at all, also among models that are not on this machine.

import { KNOWN_SPACES, type KnownSpace, printSpace } from "../../src-main/common/embedding-space.ts";
import { useDescribedFile } from "../run/use-described-file.ts";
import { text } from "../text/text.ts";

const words = text.applying;
const SPACES: readonly KnownSpace[] = Object.values(KNOWN_SPACES);

export function OtherSpaces({ embedding }: { readonly embedding: string }) {
  const file = useDescribedFile(embedding);
  // A LoRA or a text encoder stands in for no texts.
  if (file === null || file.kind !== "embedding" || file.space === null) return null;
  const { id } = file.space;
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
