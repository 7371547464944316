import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { type Engine, startEngine } from "../engine/client.ts";
import { type Home, openHome } from "./home.ts";
import { createJobs } from "./jobs.ts";

let home: Home;
let engine: Engine;
beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), "reneg-jobs-")));
  engine = startEngine();
});
afterEach(async () => {
  await engine.close();
  home.leave();
  rmSync(home.folder, { recursive: true });
});

const EMOJI = { name: "first", workflow: template("learn-emoji"), path: null, device: "cpu" } as const;

test("a job that is refused when its run is made already leaves no run, and its name is free", async () => {
  let isInTheWay = true;
  const helper: Engine["api"] = {
    ...engine.api,
    async prepareRun(input, options) {
      const prepared = await engine.api.prepareRun(input, options);
      // The notes of the run can then not be written.
      if (isInTheWay) mkdirSync(join(input.run, "studio.json"));
      return prepared;
    },
  };
  const crew = { api: engine.api, place: () => null };
  const jobs = createJobs({ home, worker: engine, helper, crew, publish: () => undefined });
  await expect(jobs.enqueue(EMOJI)).rejects.toThrow("cannot write the file");
  expect(readdirSync(home.runs)).toEqual([]);
  isInTheWay = false;
  expect((await jobs.enqueue(EMOJI)).run).toBe("first");
  await jobs.close();
});

test("a list of jobs that could not be written is written when the studio ends", async () => {
  const crew = { api: engine.api, place: () => null };
  const jobs = createJobs({ home, worker: engine, helper: engine.api, crew, publish: () => undefined });
  mkdirSync(home.jobsFile);
  await jobs.enqueue(EMOJI);
  await jobs.command("first", "pause");
  expect(jobs.list()[0]?.diagnostics[0]?.message).toMatch(/cannot write the file/);
  rmSync(home.jobsFile, { recursive: true });
  await jobs.close();
  expect(existsSync(home.jobsFile)).toBe(true);
});
