// Every kind of config that networks come with, read as the program does, and walked as far as it goes before any weight is asked for.

import type { z } from "zod";
import { type ConfigTable, tableSchema } from "../../common/config-table.ts";
import { parseSchedulerConfig, schedulerTable } from "../../diffusion/scheduler-config.ts";
import { bertConfig, bertTable } from "../blip/blip-config.ts";
import { clipConfig, clipTable, clipTextConfig, clipTextTable } from "../clip/clip-config.ts";
import { controlnetConfig, controlnetTable, residualCount } from "../controlnet/controlnet-config.ts";
import { motionConfig, motionTable } from "../motion/motion-config.ts";
import { modulePlaces } from "../motion/unet-motion.ts";
import { parseConfig } from "../parse-config.ts";
import { openClipConfig, openClipTable } from "../reward/open-clip-config.ts";
import { preprocessorTable } from "../reward/preprocessor-config.ts";
import { unetConfig, unetTable } from "../unet/unet-config.ts";
import { vaeConfig, vaeTable } from "../vae/vae-config.ts";
import { unet3dConfig, unet3dTable } from "../video/unet-3d-config.ts";

export interface ConfigReader {
  readonly table: ConfigTable;
  /** @returns how many layers, modules or pixels of a side follow from it @throws Refusal */
  readonly read: (json: unknown, file: string) => number;
}

function of<Schema extends z.ZodType>(
  table: ConfigTable,
  schema: Schema,
  walk: (config: z.output<Schema>) => number = () => 0,
): ConfigReader {
  return { table, read: (json, file) => walk(parseConfig(schema, json, file)) };
}

export const configReaders: readonly ConfigReader[] = [
  of(unetTable, unetConfig, residualCount),
  of(controlnetTable, controlnetConfig, residualCount),
  of(unet3dTable, unet3dConfig, residualCount),
  of(motionTable, motionConfig, (config) => modulePlaces(config).length),
  of(vaeTable, vaeConfig, ({ block_out_channels: levels }) => levels.length),
  of(clipTextTable, clipTextConfig, ({ num_hidden_layers: layers }) => layers),
  of(clipTable, clipConfig, ({ vision_config: { image_size: side } }) => side),
  of(bertTable, bertConfig, ({ num_hidden_layers: layers }) => layers),
  of(openClipTable, openClipConfig),
  of(preprocessorTable, tableSchema(preprocessorTable)),
  {
    table: schedulerTable,
    read(json, file) {
      parseSchedulerConfig(JSON.stringify(json), file);
      return 0;
    },
  },
];
