import type { Schemas } from './api/client.js';
import { preferredLocale } from './i18n/locales.js';
import { readAnswers } from './offline/answer-database.js';

/** Loads the application and shows it. Everything that it needs is asked for at once. */
export async function startApplication(place: HTMLElement, session?: Schemas['Session']): Promise<void> {
  const answers = readAnswers();
  const language = import('./i18n/locale.js').then(({ loadLocale }) => loadLocale(preferredLocale()));
  const { showApplication } = await import('./application.js');
  await showApplication(place, { language: await language, answers: await answers, session });
}
