// Whether this browser can write a format: it is asked, for no version or name of a browser tells.

import { useEffect, useState } from "react";
import { isVideoFormat } from "../../../src-main/common/video-file.ts";
import type { Size } from "../video.ts";
import type { ExportFormat } from "./export-formats.ts";
import { canWriteVideo } from "./write-video.ts";

export type Encoder =
  | "asking"
  | "ready"
  /** This browser has none for it. */
  | "missing"
  /** No browser encodes for a page of this address. */
  | "not secure";

export function useEncoder(format: ExportFormat, { width, height }: Size): Encoder {
  const [answer, setAnswer] = useState<{ readonly of: string; readonly encoder: Encoder } | null>(null);
  const question = `${format} ${width}×${height}`;
  useEffect(() => {
    if (!isVideoFormat(format)) return undefined;
    let isWanted = true;
    void canWriteVideo(format, { width, height }).then((can) => {
      const encoder = can === null ? "not secure" : can ? "ready" : "missing";
      if (isWanted) setAnswer({ of: `${format} ${width}×${height}`, encoder });
    });
    return () => {
      isWanted = false;
    };
  }, [format, width, height]);
  if (!isVideoFormat(format)) return "ready";
  return answer?.of === question ? answer.encoder : "asking";
}
