// How far files are that are being sent to the program or imported by it: seen once one takes longer than a moment.

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { type SentFile, useUploads } from "../state/upload-store.ts";
import { text } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";

const words = text.choosing.drop;
const LONG_MS = 700;

export function UploadProgress() {
  const files = useUploads();
  const [now, setNow] = useState(0);
  const isBusy = files.length > 0;
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setInterval(() => setNow(Date.now()), LONG_MS / 2);
    return () => clearInterval(timer);
  }, [isBusy]);
  const shown = files.filter(({ since }) => now - since > LONG_MS);
  if (shown.length === 0) return null;
  return (
    <div className="rs-uploads" role="status">
      {shown.map((file) => (
        <UploadRow key={file.id} file={file} now={now} />
      ))}
    </div>
  );
}

function UploadRow({
  file: { name, doing, sent, bytes, since, stop },
  now,
}: {
  readonly file: SentFile;
  readonly now: number;
}) {
  const secondsLeft = sent === 0 ? null : Math.ceil((((now - since) / 1000) * (bytes - sent)) / sent);
  return (
    <div className="rs-upload">
      <span>{words.atWork(doing, name, secondsLeft)}</span>
      <progress aria-label={name} value={sent} max={bytes} />
      <IconButton icon={X} label={words.stop(doing, name)} size="small" onClick={stop} />
    </div>
  );
}
