import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeJson, writePipeline } from "../../models/testing/write-pipeline.ts";
import { inspectPath } from "../inspect.ts";

const root = mkdtempSync(join(tmpdir(), "pipeline-facts-"));
beforeAll(() => writePipeline(root));
afterAll(() => rmSync(root, { recursive: true }));

const factsOf = () => Object.fromEntries(inspectPath(root).facts.map(({ name, value }) => [name, value]));

test("of a sampler's config of 2022 it is told what is meant, and a refused one leaves the rest described", () => {
  expect(factsOf()["sampler"]).toMatch(/^steps_offset 1 in place of 0, clip_sample false in place of true/);
  changeJson(join(root, "scheduler", "scheduler_config.json"), { _class_name: "EDMEulerScheduler" });
  const { components = [], problems } = inspectPath(root);
  expect(factsOf()["picture"]).toBe("128×128 pixels");
  expect(components.map(({ name }) => name)).toContain("vae");
  expect(problems.map(({ code }) => code)).toEqual(["scheduler-config"]);
});
