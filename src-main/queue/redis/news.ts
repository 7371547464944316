// News among the processes of a queue: published, heard by whoever listens just then, and kept by nobody.

import type { Redis } from "ioredis";
import { z } from "zod";
import { jsonOrNull } from "../../common/json-or-null.ts";
import type { News } from "../work-queue.ts";

export interface NewsChannel {
  readonly tell: (news: News) => Promise<void>;
  readonly onNews: (listener: (news: News) => void) => () => void;
  readonly close: () => void;
}

const newsSchema = z.object({ what: z.enum(["submitted", "ended"]), job: z.string(), piece: z.string().optional() });

export async function openNews(redis: Redis, channel: string): Promise<NewsChannel> {
  const listeners = new Set<(news: News) => void>();
  // A connection that listens can do nothing else.
  const subscriber = redis.duplicate();
  // It connects again by itself; `redis` tells that the server is away.
  subscriber.on("error", () => undefined);
  await subscriber.subscribe(channel);
  subscriber.on("message", (_channel: string, text: string) => {
    const news = newsSchema.safeParse(jsonOrNull(text));
    if (news.success) listeners.forEach((listener) => listener(news.data));
  });
  return {
    tell: async (news) => void (await redis.publish(channel, JSON.stringify(news))),
    onNews(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      listeners.clear();
      subscriber.disconnect();
    },
  };
}
