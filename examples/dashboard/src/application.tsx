import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import type { Schemas } from './api/client.js';
import { sessionQuery } from './api/queries.js';
import { createQueryClient } from './api/query-client.js';
import type { LoadedLocale } from './i18n/load-locale.js';
import { LanguageProvider } from './i18n/locale.js';
import { keepAnswers } from './offline/answer-store.js';
import { createAppRouter } from './router.js';
import { nextTask } from './util/next-task.js';

interface Beginning {
  readonly language: LoadedLocale;
  /** The last answers that the browser kept. */
  readonly answers: unknown;
  /** The session, where it has just been opened. */
  readonly session?: Schemas['Session'] | undefined;
}

/** Shows the pages of somebody who is signed in. */
export async function showApplication(
  place: HTMLElement,
  { language, answers, session }: Beginning,
): Promise<void> {
  await nextTask();
  const client = createQueryClient();
  keepAnswers(client, answers);
  if (session) client.setQueryData(sessionQuery.queryKey, session);
  const router = createAppRouter(client);
  await nextTask();
  await router.load();
  await nextTask();
  // As a transition the first page is drawn in slices, between which the browser answers.
  startTransition(() =>
    createRoot(place).render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <LanguageProvider first={language}>
            <RouterProvider router={router} />
          </LanguageProvider>
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
