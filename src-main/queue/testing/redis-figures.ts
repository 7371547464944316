// What a Redis has done since it began.

import { Redis } from "ioredis";

export interface RedisFigures {
  readonly commands: number;
  /** Received and sent. */
  readonly bytes: number;
}

export async function readFigures(url: string): Promise<RedisFigures> {
  const redis = new Redis(url);
  const info = await redis.info();
  redis.disconnect();
  const read = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return {
    commands: read("total_commands_processed"),
    bytes: read("total_net_input_bytes") + read("total_net_output_bytes"),
  };
}
