// What there is of a queue, for people and programs.

import type { QueueReport } from "../common/queue/job.ts";
import type { WorkQueue } from "./work-queue.ts";

export async function reportQueue(queue: WorkQueue): Promise<QueueReport> {
  const tickets = await queue.jobs();
  const jobs = tickets.map(async ({ signature: _signature, ...ticket }) => ({
    ...ticket,
    pieces: await queue.countPieces(ticket.id),
    refusals: [...(await queue.refusals(ticket.id))],
  }));
  const workers = (await queue.workers()).map(async (worker) => ({
    ...worker,
    silentSeconds: await queue.silentSeconds(worker.name),
  }));
  return { jobs: await Promise.all(jobs), workers: await Promise.all(workers) };
}
