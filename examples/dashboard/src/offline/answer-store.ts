import {
  type DehydratedState,
  dehydrate,
  hydrate,
  type Query,
  type QueryClient,
} from '@tanstack/react-query';
import { ANSWERS_MS } from '../api/query-client.js';
import { writeAnswers } from './answer-database.js';

const SAVE_PAUSE_MS = 1_000;

interface SavedAnswers {
  readonly savedAt: number;
  readonly state: DehydratedState;
}

/**
 * Puts back the answers of the last visit, and keeps those of this one as they come.
 *
 * @param saved - What was read from the database of answers.
 */
export function keepAnswers(client: QueryClient, saved: unknown): void {
  if (isSaved(saved) && Date.now() - saved.savedAt < ANSWERS_MS) {
    hydrate(client, saved.state);
    // They are shown at once, and asked for again: whoever loads a page wants what is true now.
    void client.invalidateQueries({ refetchType: 'none' });
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  client.getQueryCache().subscribe(({ type }) => {
    if (type !== 'updated') return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const answers: SavedAnswers = {
        savedAt: Date.now(),
        state: dehydrate(client, { shouldDehydrateQuery }),
      };
      // Without storage there are no answers offline; everything else works.
      writeAnswers(answers).catch(() => undefined);
    }, SAVE_PAUSE_MS);
  });
}

function isSaved(saved: unknown): saved is SavedAnswers {
  return typeof saved === 'object' && saved !== null && 'savedAt' in saved && 'state' in saved;
}

/** Answers of the server are kept; what was read of a file of the person is not. */
function shouldDehydrateQuery({ state, meta }: Query): boolean {
  return state.status === 'success' && meta?.['isPrivate'] !== true;
}
