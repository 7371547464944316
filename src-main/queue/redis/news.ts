// News among the processes of a queue: published, heard by whoever listens just then, and kept by nobody. What has come in concerns workers,
// what has ended coordinators, so that hundreds of workers do not hear of each other's pieces.

import type { Redis } from "ioredis";
import { z } from "zod";
import { jsonOrNull } from "../../common/json-or-null.ts";
import type { News, WorkQueue } from "../work-queue.ts";

export interface NewsChannels extends Pick<WorkQueue, "onNews"> {
  readonly tell: (news: News) => Promise<void>;
  readonly close: () => void;
}

type Listener = (news: News) => void;

const newsSchema = z.object({ what: z.enum(["submitted", "ended"]), job: z.string(), piece: z.string().optional() });

/** @param prefix of the names of both channels */
export function openNews(redis: Redis, prefix: string): NewsChannels {
  const channelOf = (what: News["what"]): string => `${prefix}:${what}`;
  const listeners = new Map<string, Set<Listener>>();
  // A connection that listens can do nothing else.
  const subscriber = redis.duplicate();
  // It connects again by itself, and subscribes anew; `redis` tells that the server is away.
  subscriber.on("error", () => undefined);
  subscriber.on("message", (channel: string, text: string) => {
    const news = newsSchema.safeParse(jsonOrNull(text));
    if (news.success) listeners.get(channel)?.forEach((listener) => listener(news.data));
  });
  const listenersOf = (channel: string): Set<Listener> => {
    const found = listeners.get(channel);
    if (found !== undefined) return found;
    const fresh = new Set<Listener>();
    listeners.set(channel, fresh);
    // What is told until then is lost, as other news may be; only a queue that is closed meanwhile ends it without.
    subscriber.subscribe(channel).catch(() => undefined);
    return fresh;
  };
  return {
    tell: async (news) => void (await redis.publish(channelOf(news.what), JSON.stringify(news))),
    onNews(what, listener) {
      const all = listenersOf(channelOf(what));
      all.add(listener);
      return () => void all.delete(listener);
    },
    close() {
      listeners.clear();
      subscriber.disconnect();
    },
  };
}
