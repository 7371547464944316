import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Job } from "../common/studio/job.ts";
import { studioEvent } from "../common/studio/studio-event.ts";
import { holderOf } from "../weights/folder-lock.ts";
import { isAlive } from "../weights/process-identity.mjs";
import { createStudio } from "./studio.ts";
import { readTemplates } from "./templates.ts";

vi.setConfig({ testTimeout: 600_000 });

// Windows cannot stop a process so that it goes on later.
test.skipIf(process.platform === "win32")(
  "an engine that is stopped while it trains is told with what it was at; ended, its run is paused and goes on from where it was",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "reneg-silence-"));
    const abort = new AbortController();
    const context = { signal: abort.signal };
    let jobs: readonly Job[] = [];
    const studio = createStudio({ home, version: "1", shell: "browser", engine: { silentAfterMs: 4000 } });
    void studio.handlers.watch(
      {},
      {
        ...context,
        emit: async (sent) => {
          const event = studioEvent.parse(sent);
          if (event.type === "jobs") jobs = event.jobs;
        },
      },
    );
    const until = (isReached: (job: Job) => boolean): Promise<Job> =>
      vi.waitUntil(() => jobs.find(isReached), { timeout: 240_000, interval: 50 });
    try {
      const template = readTemplates().find(({ id }) => id === "learn-emoji");
      const { run } = await studio.handlers.enqueue(
        { name: "Silent", workflow: template?.workflow, path: null, device: "cpu" },
        context,
      );
      await until(({ step }) => step >= 2);
      const pid = holderOf(join(home, "runs", run))?.pid ?? 0;
      process.kill(pid, "SIGSTOP");
      const { silence, step } = await until((job) => job.silence !== null);
      expect(silence?.doing, "a stage, or a step").toMatch(/\w/);
      expect(Date.now() - Date.parse(silence?.since ?? "")).toBeGreaterThanOrEqual(4000);
      const log = await studio.handlers.runLog({ id: run }, context);
      expect(log.at(-1)?.text).toMatch(/^The engine has not answered since/);

      await studio.handlers.command({ run, command: "end engine" }, context);
      const paused = await until(({ state }) => state === "paused");
      expect(paused).toMatchObject({ silence: null, diagnostics: [] });
      expect(isAlive(pid)).toBe(false);
      await studio.handlers.command({ run, command: "resume" }, context);
      await until((job) => job.state === "running" && job.step > step);
    } finally {
      abort.abort();
      await studio.close();
      rmSync(home, { recursive: true });
    }
  },
);
