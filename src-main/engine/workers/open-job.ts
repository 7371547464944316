// A job for the workers of a queue: announced, with the files that its pieces name where workers find them.

import type { DeviceName } from "../../common/device.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import { programVersion } from "../../embeddings/program-version.ts";
import { type Coordinator, openCoordinator } from "../../queue/coordinator/coordinator.ts";
import type { Patience } from "../../queue/coordinator/patience.ts";
import type { SentFiles } from "../../queue/files/sent-files.ts";
import type { WorkQueue } from "../../queue/work-queue.ts";

/** Whom a job is given to, and what for. */
export interface Crew {
  readonly queue: WorkQueue;
  readonly token: string;
  /** Of the workers. */
  readonly device: DeviceName;
  readonly silenceMs: number;
  /** With pieces that take long; absent: as with workers of which others may be free. */
  readonly patience?: Patience | undefined;
  /** What people call the job. */
  readonly title: string;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @param gathered has heard of all files that pieces will name @throws the reason of the crew's signal */
export async function openJob(
  kind: JobTicket["kind"],
  gathered: SentFiles,
  { queue, token, device, silenceMs, patience, title, warn, signal }: Crew,
): Promise<Coordinator> {
  const [models, files] = [[...gathered.models()], [...gathered.files()]];
  const job = { kind, title, version: programVersion, device, models, files, silenceMs };
  const coordinator = await openCoordinator(queue, { job, token, patience, warn, signal });
  try {
    for (const bytes of gathered.contents()) await coordinator.publish(bytes);
    return coordinator;
  } catch (error) {
    await coordinator.close();
    throw error;
  }
}
