// Words of the queue of workers: its settings, and who takes part.

import { counted } from "../../src-main/common/counted.ts";

export const enWorkers = {
  settings: {
    title: "Queue of workers",
    text: "Other machines take part over a queue on Redis or Valkey: each runs a worker, and sweeps can be done by all of them at once. A single machine needs none of it.",
    address: "Address",
    addressHelp:
      "redis://:PASSWORD@HOST:6379, or rediss:// for TLS. It is kept on the machine that runs the program, for its user alone; a password is never shown again.",
    token: "Token",
    tokenHelp: "What workers must know to take part, as in their --token. Empty: whoever reaches the queue may.",
    tokenKept: "A token is kept",
    ofEnvironment:
      "This is what RENEG_QUEUE names in the environment of the program. What is saved here counts in its place.",
    save: "Save and test",
    remove: "Remove",
    removed: "No queue of workers is set any more",
    removedToEnvironment: "The queue that RENEG_QUEUE names counts again",
  },
  state: {
    title: "State of the queue",
    unset: "No queue is set.",
    connecting: "Connecting…",
    idle: "Not connected.",
    open: (workers: number, jobs: number) => `Connected: ${counted(workers, "worker")}, ${counted(jobs, "job")}`,
  },
  panel: {
    title: "Workers of the queue",
    jobsTitle: "Jobs of the queue",
    queue: "Queue",
    fromEnvironment: "from RENEG_QUEUE",
    settings: "Queue settings…",
    unset:
      "Workers are other machines that do runs of sweeps, over a queue on Redis or Valkey. None is set; a single machine needs none.",
    setUp:
      "docs/scale.md shows how a queue is set up. With its address set here, workers are listed, and sweeps can be run on them.",
    set: "Set the queue…",
    none: "No worker takes part yet. Start one on each machine that is to:",
    more: "Start another worker",
    command: "Command that starts a worker",
    copy: "Copy",
    copied: "Command copied",
    noClipboard:
      "The browser gives no clipboard to a page that came over plain HTTP from another machine. Select the command and copy it.",
    secrets: (words: readonly string[]) => `Put yours in the place of ${words.join(" and ")}. `,
    ownHost: (host: string) => `On another machine, put the name of this one in the place of ${host}. `,
    models: "With --models FOLDER a worker finds the weights that runs need. The emoji pipeline needs none.",
    columns: {
      worker: "Worker",
      device: "Device",
      doing: "State",
      pieces: "Done",
      failed: "Failed",
      heard: "Heard",
      version: "Version",
    },
    jobs: { job: "Job", kind: "Kind", waiting: "Waiting", taken: "In work", done: "Done", failed: "Failed" },
    kinds: { learning: "Training", sweep: "Sweep", evaluation: "Evaluation", application: "Application" },
    host: (host: string, pid: number) => `Process ${pid} of ${host}`,
    idle: "Idle",
    at: (piece: string, job: string) => `${piece} of ${job}`,
    run: (number: number, name: string) => `Run ${number} of ${name}`,
    refuses: (job: string, why: string) => `Takes no part in ${job}: ${why}`,
    banned: (job: string, why: string) => `Asked no more for ${job}: ${why}`,
    otherVersion: (own: string) => `Takes no part in what is begun here, which is version ${own}`,
    justNow: "just now",
    heard: (time: string) => `${time} ago`,
    noJobs: "Nothing is handed out just now.",
  },
  runOn: {
    label: "Run on",
    here: "This computer, one after the other",
    workers: (count: number) => `Workers (${count})`,
    workersOn: (device: string, count: number) => `Workers on ${device} (${count})`,
    images: "Send images back",
    imagesHelp:
      "Previews and images of evaluations are drawn where a run is done. Without this, only numbers and what was learned come back.",
    gone: "No worker takes part any more. The runs would wait for one.",
  },
};
