import type { LiveRun } from '../../state/types.ts';
import { counted } from '../../ui/format.ts';

/** What is read out about the run on every screen: only what changes rarely, never the counts. */
export function liveNews(live: LiveRun | undefined): string {
  if (live === undefined) return '';
  const { title, status } = live.run;
  switch (status) {
    case 'running':
      return `${title} is running.`;
    case 'paused':
      return `${title} is paused.`;
    case 'done':
      return `${title} is finished: ${counted(live.answered, 'answer')}.`;
    case 'cancelled':
      return `${title} was cancelled.`;
    case 'failed':
      return `${title} was stopped by an error.`;
  }
}
