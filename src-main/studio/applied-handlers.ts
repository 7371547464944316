// Answers of the studio about applying embeddings to other models.

import type { ApiClient } from "../common/api.ts";
import type { appliedApi } from "../common/studio/applied.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import type { TargetModel } from "../common/target-model.ts";
import { listApplied, readAppliedRun } from "./applied-runs.ts";
import { exportApplied } from "./export-applied.ts";
import type { Home } from "./home.ts";
import type { Jobs } from "./jobs.ts";
import { knownModels, modelsOf, rememberModels, saveModelFolders } from "./models.ts";
import { exampleUrl } from "./run-files.ts";

export function appliedHandlers(
  home: Home,
  jobs: Jobs,
  helper: ApiClient,
): Pick<StudioHandlers, keyof typeof appliedApi> {
  return {
    async targetModels({ embedding }, { signal }) {
      const { recent, folders } = knownModels(home);
      const models = await helper.targetModels({ embedding, recent, folders }, { signal });
      return { models: models.map(withPicture), folders };
    },
    async targetModel({ path, base, embedding }, { signal }) {
      const { recent } = knownModels(home);
      const asked = { path, embedding, recent, ...(base === undefined ? {} : { base }) };
      const model = await helper.targetModel(asked, { signal });
      rememberModels(home, base === undefined ? [path] : [path, base]);
      return withPicture(model);
    },
    async saveModelFolders({ folders }) {
      saveModelFolders(home, folders);
      return {};
    },
    foreseeApply: (request, { signal }) => helper.foreseeApply(request, { signal }),
    async apply(input) {
      const job = await jobs.apply(input);
      rememberModels(home, modelsOf(input));
      return job;
    },
    applied: async () => listApplied(home, jobs.list()),
    appliedRun: async ({ id }) => readAppliedRun(home, id, jobs.list()),
    exportApplied: (input) => exportApplied(home, helper, input),
  };
}

function withPicture(model: TargetModel): TargetModel {
  const { example } = model;
  if (example === null || example.picture === null) return model;
  return { ...model, example: { ...example, pictureUrl: exampleUrl(example.picture) } };
}
