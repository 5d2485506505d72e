import { askAhead, type Schemas } from './api/client.js';
import { DEFAULT_PERIOD, periodNamed } from './api/periods.js';
import { loadLocale } from './i18n/load-locale.js';
import { preferredLocale } from './i18n/locales.js';
import { readAnswers } from './offline/answer-database.js';

/** Loads the application and shows it. Everything that it needs is asked for at once. */
export async function startApplication(place: HTMLElement, session?: Schemas['Session']): Promise<void> {
  if (!session) askAhead('/api/v1/session');
  if (location.pathname === '/') askForOverview();
  const answers = readAnswers();
  const language = loadLocale(preferredLocale());
  await firstPaint();
  const { showApplication } = await import('./application.js');
  await showApplication(place, { language: await language, answers: await answers, session });
}

/** Asks for what the overview shows first, whatever the role. */
function askForOverview(): void {
  const time_period = periodNamed(new URLSearchParams(location.search).get('period')) ?? DEFAULT_PERIOD;
  askAhead('/api/v1/model');
  askAhead('/api/v1/forecast/categories', { time_period });
  askAhead('/api/v1/alerts');
}

/** Waits until the document is on the screen: the application's scripts come after that. */
async function firstPaint(): Promise<void> {
  // A page in the background is not painted.
  if (document.hidden) return;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
