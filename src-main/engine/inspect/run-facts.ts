// What learning leaves behind: run folders and reports; and what it may begin with: programs and workflows.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluationReport } from "../../common/evaluation-report.ts";
import { jsonOrNull } from "../../common/json-or-null.ts";
import { printPercent } from "../../common/print-percent.ts";
import { stepsOf } from "../../common/program/program.ts";
import { courseOfSteps } from "../../common/reward-course.ts";
import { describeCourse } from "../../common/reward-words.ts";
import { metricsPoint } from "../../common/studio/run.ts";
import { parseProgram } from "../../learning/program-file.ts";
import { parseConfig } from "../../models/parse-config.ts";
import { openWorkflow } from "../program-file.ts";
import { readRunProgram } from "../run-program.ts";
import { type Description, fact, type Folder } from "./kind.ts";
import { programFacts } from "./program-facts.ts";

const metricsLine = metricsPoint.pick({ step: true, reward: true, leadRests: true });

/** Files that receive what is learned, as `SavedEnding` has them. */
const SAVED = /\.(safetensors|pt)$/;

export function describeRun({ path, entries }: Folder): Description {
  const program = readRunProgram(path);
  const metrics = join(path, "metrics.jsonl");
  const lines = existsSync(metrics) ? readFileSync(metrics, "utf8").trimEnd().split("\n") : [];
  const steps = lines.flatMap((line) => metricsLine.safeParse(jsonOrNull(line)).data ?? []);
  const course = courseOfSteps(steps);
  const embeddings = entries.filter((name) => SAVED.test(name));
  return {
    facts: [
      fact("done", `${steps.at(-1)?.step ?? 0} of ${stepsOf(program)} steps`),
      ...(course === null ? [] : [fact("reward", describeCourse(course))]),
      fact("embeddings", embeddings.join(", ") || "none yet"),
      ...programFacts(program),
    ],
  };
}

export function describeProgram(json: unknown, file: string): Description {
  return { facts: programFacts(parseProgram(json, file)) };
}

export function describeWorkflow(json: unknown, file: string): Description {
  const { workflow, program, diagnostics } = openWorkflow(json, file);
  const { nodes, edges } = workflow.graph;
  const { name, author } = workflow.meta ?? {};
  return {
    facts: [
      ...(name === undefined ? [] : [fact("name", name)]),
      ...(author === undefined ? [] : [fact("author", author)]),
      fact("graph", `${Object.keys(nodes).length} nodes, ${Object.keys(edges).length} wires`),
      ...(program === null ? [] : programFacts(program)),
    ],
    problems: diagnostics,
  };
}

export function describeReport(json: unknown, file: string): Description {
  const report = parseConfig(evaluationReport, json, file);
  const { rewards, others = [] } = report;
  const { train, heldOut } = rewards;
  const { vsNull, vsHandcrafted } = report.winRate;
  const row = (means: typeof train): string =>
    `${means.null.toFixed(4)} without, ${means.handcrafted.toFixed(4)} handwritten, ${means.learned.toFixed(4)} learned`;
  return {
    facts: [
      fact("pipeline", report.settings.pipeline),
      fact("prompts", `${report.prompts.length} with ${report.seeds.length} seeds each`),
      fact("training reward", row(train)),
      fact("held-out reward", row(heldOut)),
      ...others.map(({ name, rewards: own }) => fact(`held-out: ${name}`, row(own))),
      fact(
        "learned wins",
        `${printPercent(vsNull)} % against none, ${printPercent(vsHandcrafted)} % against handwritten`,
      ),
    ],
  };
}
