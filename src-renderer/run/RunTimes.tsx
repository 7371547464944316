// Where the time of a run went, stage by stage, since this window has watched it.

import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { text } from "../text/text.ts";
import { printSeconds } from "./format.ts";

const words = text.learning.stages;
const { columns } = words;

export function RunTimes({ run }: { readonly run: string }) {
  const times = runStore(({ live }) => (live[run] ?? EMPTY_RUN).times);
  if (times === null || times.stages.length === 0) return null;
  return (
    <section data-measured>
      <h4>{words.title}</h4>
      <table className="rs-table">
        <thead>
          <tr>
            {Object.values(columns).map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.stages.map(({ name, work, passes, seconds, loadSeconds }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{words.works[work]}</td>
              <td>{passes}</td>
              <td>{printSeconds(seconds)}</td>
              <td>{passes === 0 ? "–" : printSeconds(seconds / passes)}</td>
              <td>{printSeconds(loadSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
