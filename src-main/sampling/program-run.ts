// An opened program with the sessions that it runs in: graphs that compute the same share one.

import type { Ref } from "../common/program/program.ts";
import type { StageWork } from "../common/stage-times.ts";
import type { FloatTensor, Tensor } from "../common/tensor.ts";
import type { Graph } from "../compiler/graph.ts";
import type { ParameterTensors } from "../parameters/parameter-kind.ts";
import type { Feed } from "../program/feed.ts";
import type { NetworkUse } from "../program/lowering.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import { graphKey } from "../runtime/graph-key.ts";
import type { Stage, StageSessions } from "../runtime/stage-sessions.ts";
import { createTextStore } from "../runtime/text-store.ts";
import { type Moment, type PromptTensors, tensorOf } from "./moment.ts";

export interface ProgramRun {
  readonly opened: OpenedProgram;
  readonly sessions: StageSessions;
  /** Contexts of a text behind one another, by the text encoder's call. */
  readonly chunks: ReadonlyMap<Ref, number>;
  /** The stage of a graph: one that is known, where it computes the same. */
  readonly stageOf: (graph: Graph, of: StageNaming) => Stage;
  /** Inputs of a graph at one moment, by name. */
  readonly feed: (
    graph: Pick<Graph, "inputs">,
    feeds: ReadonlyMap<string, Feed>,
    moment: Moment,
  ) => Promise<Record<string, Tensor>>;
}

export interface StageNaming {
  readonly networks: readonly NetworkUse[];
  readonly isBackwards?: boolean;
  /** What it is called without a network. */
  readonly label: string;
  /** See `Stage`. */
  readonly keeps?: readonly string[];
}

export function startProgram(
  opened: OpenedProgram,
  sessions: StageSessions,
  chunks: ReadonlyMap<Ref, number> = new Map(),
): ProgramRun {
  const known: PromptTensors = createTextStore(({ data }) => data.byteLength);
  const once = new Map<Feed, FloatTensor>();
  const starts = new Map<Ref, Promise<ParameterTensors>>();
  const start = (parameter: Ref): Promise<ParameterTensors> => {
    const found = starts.get(parameter) ?? opened.parameter(parameter).initial();
    starts.set(parameter, found);
    return found;
  };
  return {
    opened,
    sessions,
    chunks,
    stageOf(graph, naming) {
      const { keeps = [] } = naming;
      return sessions.stageOf([graphKey(graph), ...keeps].join("\n"), () => ({
        ...nameOf(naming),
        build: () => graph,
        keeps,
      }));
    },
    async feed({ inputs }, feeds, moment) {
      const tensors: Record<string, Tensor> = {};
      for (const { name, shape } of inputs) {
        const feed = feeds.get(name);
        if (feed !== undefined) tensors[name] = await tensorOf(feed, shape, moment, { known, once, start });
      }
      return tensors;
    },
  };
}

/** `unet`, `vae decoder backwards`, `unet, vae decoder and reward preference backwards` */
function nameOf({ networks, isBackwards = false, label }: StageNaming): Omit<Stage, "build" | "keeps"> {
  const names = [...new Set(networks.map(({ name }) => name))];
  const last = names.at(-1) ?? label;
  const listed = names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  const [network, ...beside] = [...new Set(networks.map((use) => use.network))].reverse();
  return {
    name: isBackwards ? `${listed} backwards` : listed,
    ...(network === undefined ? {} : { of: { network, beside, work: isBackwards ? "gradient" : WORK[network] } }),
  };
}

const WORK: { readonly [N in NetworkUse["network"]]: StageWork } = {
  "text encoder": "text encoding",
  unet: "sampling",
  vae: "decoding",
  reward: "reward",
  optimizer: "optimizer",
};

/** The same run, with texts of another length: what was loaded and encoded stays. */
export function withChunks(run: ProgramRun, chunks: ReadonlyMap<Ref, number>): ProgramRun {
  return { ...run, chunks };
}
