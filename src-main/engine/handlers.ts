// Who answers what. An entry of the API without a handler does not compile.

import type { ApiHandlers } from "../common/api.ts";
import { apply } from "./handlers/apply.ts";
import { combineEmbeddings } from "./handlers/combine-embeddings.ts";
import { demo } from "./handlers/demo.ts";
import { doctor } from "./handlers/doctor.ts";
import { inspect } from "./handlers/inspect.ts";
import { network } from "./handlers/network.ts";
import { plan } from "./handlers/plan.ts";
import { sample } from "./handlers/sample.ts";
import { score } from "./handlers/score.ts";
import { train } from "./handlers/train.ts";

export const handlers: ApiHandlers = {
  doctor,
  inspect,
  network,
  combineEmbeddings,
  plan,
  sample,
  apply,
  score,
  train,
  demo,
};
