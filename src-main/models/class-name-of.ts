// Which class the config of a part says that it is.

import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../weights/json-file.ts";

const named = z.object({
  _class_name: z.string().optional(),
  architectures: z.array(z.string()).min(1).optional(),
  model_type: z.string().optional(),
});

/**
 * diffusers writes `_class_name`, transformers `architectures`; `undefined` if neither is there.
 * @throws Refusal for a config that cannot be read
 */
export function classNameOf(folder: string): string | undefined {
  const json = named.safeParse(readJson(join(folder, "config.json")));
  const { _class_name: diffusers, architectures, model_type: type } = json.data ?? {};
  return diffusers ?? architectures?.[0] ?? (type === undefined ? undefined : `model type ${type}`);
}
