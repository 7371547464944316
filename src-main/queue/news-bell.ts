// Waits for news of a queue, and looks by itself now and then: news may get lost.

import type { News, WorkQueue } from "./work-queue.ts";

export interface NewsBell {
  /** Resolves at once if there was news since the last time. @returns what was heard; empty: the time is over */
  readonly wait: (milliseconds: number) => Promise<readonly News[]>;
  readonly close: () => void;
}

export function listenForNews(
  queue: Pick<WorkQueue, "onNews">,
  what: News["what"],
  isMine: (news: News) => boolean = () => true,
): NewsBell {
  let heard: News[] = [];
  let wake: (() => void) | null = null;
  const stop = queue.onNews(what, (news) => {
    if (!isMine(news)) return;
    heard.push(news);
    wake?.();
  });
  return {
    async wait(milliseconds) {
      if (heard.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
      const news = heard;
      heard = [];
      return news;
    },
    close: stop,
  };
}
