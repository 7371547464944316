// Why a video cannot be saved in a format here, and in which it can.

import { isVideoFormat } from "../../../src-main/common/video-file.ts";
import { text } from "../../text/text.ts";
import type { ExportFormat } from "./export-formats.ts";
import type { Encoder } from "./use-encoder.ts";

const words = text.player.export;

interface MissingEncoderProps {
  readonly format: ExportFormat;
  readonly encoder: Encoder;
  readonly onChoose: (format: ExportFormat) => void;
}

export function MissingEncoder({ format, encoder, onChoose }: MissingEncoderProps) {
  if (!isVideoFormat(format) || encoder === "ready") return null;
  if (encoder === "asking") return <p className="rs-export-note rs-muted">{words.checking}</p>;
  const others = encoder === "missing" && format === "mp4" ? (["webm", "webp"] as const) : (["webp"] as const);
  return (
    <div className="rs-export-note" role="alert">
      <p>{encoder === "missing" ? words.noCodec[format] : words.notSecure}</p>
      {others.map((other) => (
        <button key={other} type="button" className="rs-button rs-button-small" onClick={() => onChoose(other)}>
          {words.instead[other]}
        </button>
      ))}
    </div>
  );
}
