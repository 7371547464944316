// What a run of the open workflow would do and need, told before anything runs.

import { useEffect, useRef, useState } from "react";
import { type Diagnostic, Refusal } from "../../src-main/common/diagnostic.ts";
import { mayEndEarly, type RunPlan, secondsInAll, type StagePlan } from "../../src-main/common/run-plan.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { nameOf } from "../canvas/node-look.ts";
import { goToPlace } from "../commands/go-to-place.ts";
import { checkStore } from "../state/check-store.ts";
import { type DocumentTab, useActiveTab } from "../state/document-store.ts";
import { usePreference } from "../state/preference-store.ts";
import { toastFailure } from "../state/toast-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { DeviceChoice } from "./DeviceChoice.tsx";
import { printBytes, printCount, printFlops, printSeconds } from "./format.ts";

const words = text.learning.plan;

interface MadePlan {
  readonly plan: RunPlan;
  /** What it was made of. */
  readonly graph: Workflow["graph"];
}

export function PlanPanel() {
  const tab = useActiveTab();
  if (tab === undefined) return <p className="rs-panel-empty">{words.empty}</p>;
  return <PlanOf key={tab.id} tab={tab} />;
}

function PlanOf({ tab }: { readonly tab: DocumentTab }) {
  const [plans, setPlans] = useState<readonly MadePlan[]>([]);
  /** Why the last one could not be made: it takes the place of any plan. */
  const [refused, setRefused] = useState<readonly Diagnostic[]>([]);
  const [work, setWork] = useState<{ readonly measures: boolean; readonly abort: AbortController } | null>(null);
  const device = usePreference("device");
  const errors = checkStore(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error").length);
  const isComplete = checkStore((state) => state.isComplete);
  const { present } = tab.history;
  const make = (measure: boolean): void => {
    work?.abort.abort();
    const abort = new AbortController();
    setRefused([]);
    setWork({ measures: measure, abort });
    studio
      .plan({ workflow: present, path: tab.path, device, measure }, { signal: abort.signal })
      .then((plan) => setPlans((others) => [{ plan, graph: present.graph }, ...others.filter(isOther(plan, present))]))
      .catch((fault: unknown) => {
        if (abort.signal.aborted) return;
        if (fault instanceof Refusal) setRefused(fault.diagnostics);
        else toastFailure(fault);
      })
      .finally(() => setWork((now) => (now?.abort === abort ? null : now)));
  };
  const [made = null] = plans;
  const isSound = errors === 0 && isComplete;
  useEffect(() => {
    // The first needs no asking; it says what will not fit.
    if (isSound && made === null && work === null) make(false);
  }, [isSound]);
  const planned = useRef(device);
  useEffect(() => {
    if (planned.current === device) return;
    planned.current = device;
    // What was told of another device says nothing about this one.
    if (isSound) make(false);
    else setPlans([]);
  }, [device]);
  return (
    <div className="rs-plan">
      <div className="rs-panel-bar">
        <DeviceChoice />
        <button
          type="button"
          className="rs-button rs-button-small"
          disabled={errors > 0 || work !== null}
          onClick={() => make(false)}
        >
          {work?.measures === false ? words.planning : made === null ? words.make : words.again}
        </button>
        <button
          type="button"
          className="rs-button rs-button-small"
          title={words.measureHelp}
          disabled={errors > 0 || work !== null}
          onClick={() => make(true)}
        >
          {work?.measures === true ? words.measuring : words.measure}
        </button>
        {work === null ? null : (
          <button type="button" className="rs-button rs-button-small" onClick={() => work.abort.abort()}>
            {text.app.cancel}
          </button>
        )}
        {errors > 0 ? <span className="rs-tone-error">{text.run.hasErrors(errors)}</span> : null}
        {made !== null && made.graph !== present.graph ? <span className="rs-tone-warning">{words.stale}</span> : null}
      </div>
      {refused.length > 0 ? (
        <Refused diagnostics={refused} />
      ) : made === null ? (
        <p className="rs-panel-empty">{words.intro}</p>
      ) : (
        <PlanTable plan={made.plan} others={plans.slice(1)} called={(node) => nameOf(present, node)} />
      )}
    </div>
  );
}

function Refused({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  return (
    <div className="rs-plan-refused" role="alert">
      {diagnostics.map(({ message, help }, i) => (
        <p key={i}>
          <span className="rs-tone-error">{asSentence(message)}</span>
          {help === undefined ? null : <span className="rs-problem-help">{asSentence(help)}</span>}
        </p>
      ))}
    </div>
  );
}

/** Of one workflow, the newest plan of each device is kept, to compare. */
function isOther(plan: RunPlan, { graph }: Workflow): (made: MadePlan) => boolean {
  return (made) => made.graph === graph && made.plan.device !== plan.device;
}

interface PlanTableProps {
  readonly plan: RunPlan;
  /** Of the same workflow on other devices. */
  readonly others: readonly MadePlan[];
  /** The title of a node. */
  readonly called: (node: string) => string;
}

function PlanTable({ plan, others, called }: PlanTableProps) {
  const isMeasured = plan.stages.some(({ seconds }) => seconds !== undefined);
  return (
    <div className="rs-panel-scroll" tabIndex={0} role="region" aria-label={text.dock.plan}>
      <PlanSummary plan={plan} called={called} />
      {others.map(({ plan: other }) => (
        <PlanSummary key={other.device} plan={other} called={called} />
      ))}
      {plan.problems.map((problem, i) => (
        <button
          key={i}
          type="button"
          className={`rs-plan-problem rs-tone-${problem.severity}`}
          onClick={() => goToPlace(problem.at)}
        >
          {asSentence(problem.message)}
          {problem.help === undefined ? null : <span className="rs-problem-help">{asSentence(problem.help)}</span>}
        </button>
      ))}
      <table className="rs-table rs-plan-table">
        <thead>
          <tr>
            {[
              words.stage,
              words.passes,
              words.work,
              words.weights,
              words.memory,
              ...(isMeasured ? [words.time] : []),
            ].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.stages.map((stage, i) => (
            // A network may stand in several stages: texts are encoded once, or in the graph that is learned through.
            <StageRow key={i} stage={stage} isMeasured={isMeasured} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface StageRowProps {
  readonly stage: StagePlan;
  /** Whether times are told at all. */
  readonly isMeasured: boolean;
}

function StageRow({ stage, isMeasured }: StageRowProps) {
  const { name, passes, flops, weights, memory, gives, again, seconds } = stage;
  const count = printCount(passes.count);
  return (
    <tr>
      <th scope="row">
        {name}
        {gives.length === 0 ? null : <small>{words.gives(gives.join(", "))}</small>}
        {again.length === 0 ? null : <small>{words.recomputes(again.join(", "))}</small>}
      </th>
      <td>{passes.per === "step" ? words.perStep(count) : words.perPrompt(count)}</td>
      <td>{printFlops(flops)}</td>
      <td>{printBytes(weights)}</td>
      <td>{printBytes(memory.mapped + memory.folded + memory.activations)}</td>
      {isMeasured ? <td>{seconds === undefined ? "–" : printSeconds(seconds)}</td> : null}
    </tr>
  );
}

function PlanSummary({ plan, called }: Pick<PlanTableProps, "plan" | "called">) {
  const { size, batch, microBatch, steps, memory, secondsPerStep, device } = plan;
  const inAll = secondsInAll(plan);
  const fits = memory.available === null || memory.peak <= memory.available;
  return (
    <div className="rs-plan-summary">
      <span className="rs-badge">{device}</span>
      {size !== null && <span>{words.size(size.width, size.height)}</span>}
      <span>{words.batch(batch, microBatch)}</span>
      <span>{words.steps(steps)}</span>
      {memory.available === null ? (
        <span>{words.peak(printBytes(memory.peak))}</span>
      ) : (
        <span className="rs-plan-memory">
          <meter
            aria-label={words.memory}
            min={0}
            max={memory.available}
            high={0.9 * memory.available}
            value={memory.peak}
          />
          {words.ofMemory(printBytes(memory.peak), printBytes(memory.available))}
        </span>
      )}
      <span className={fits ? "rs-tone-success" : "rs-tone-error"}>{fits ? words.fits : words.tooMuch}</span>
      <span>{memory.staysLoaded ? words.staysLoaded : words.reloads}</span>
      {tellCuts(plan, called).map((told) => (
        <span key={told}>{told}</span>
      ))}
      {tellEvaluations(plan, called).map((told) => (
        <span key={told}>{told}</span>
      ))}
      {secondsPerStep === undefined || inAll === undefined ? null : (
        <strong>
          {words.stepTime(printSeconds(secondsPerStep))}, {words.total(printSeconds(inAll))}
          {mayEndEarly(plan) ? `, ${words.orLess}` : null}
        </strong>
      )}
    </div>
  );
}

/** What is drawn and judged between steps, and when that may end the training. */
function tellEvaluations({ optimizers, evaluations }: RunPlan, called: PlanTableProps["called"]): string[] {
  return evaluations.map(({ optimizer, count, images, every, patience, earliest, seconds }) => {
    const whose = optimizers.length === 1 ? "" : `${called(optimizer)}: `;
    const each = seconds === undefined ? "" : `, ${words.evaluationTime(printSeconds(seconds))}`;
    const end = earliest === null ? words.endsBefore(patience) : words.endsEarly(patience, earliest);
    return `${whose}${words.evaluations(count, images, every)}${each}. ${end}`;
  });
}

/** Once where the graphs of all optimizers are cut alike, else of each. */
function tellCuts({ optimizers }: RunPlan, called: PlanTableProps["called"]): string[] {
  const told = optimizers.map(({ name, cuts }) => ({
    name,
    how: cuts.length === 0 ? words.onePiece : words.cutAt(cuts.join(", ")),
  }));
  const ways = new Set(told.map(({ how }) => how));
  return ways.size === 1 ? [...ways] : told.map(({ name, how }) => `${called(name)}: ${how}`);
}
