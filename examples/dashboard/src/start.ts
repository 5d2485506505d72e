import { askAhead, type Schemas } from './api/client.js';
import { LISTED, MAX_PRODUCTS } from './api/limits.js';
import { DEFAULT_PERIOD, HORIZONS, PAST_DAYS, periodNamed, type TimePeriod } from './api/periods.js';
import { type Role, seesProducts } from './api/roles.js';
import { notedRole } from './api/signed-in.js';
import { loadLocale } from './i18n/load-locale.js';
import { preferredLocale } from './i18n/locales.js';
import { readAnswers } from './offline/answer-database.js';
import { PAGE_SCRIPTS, type PagePath, pagePathOf } from './pages/page-scripts.js';
import { priceDays, yearBefore } from './pages/shop-totals.js';
import { nextTask } from './util/next-task.js';

/** Loads the application and shows it. Everything that it needs is asked for at once. */
export async function startApplication(place: HTMLElement, session?: Schemas['Session']): Promise<void> {
  if (!session) askAhead('/api/v1/session');
  const page = pagePathOf(location.pathname);
  askForPage(page);
  const answers = readAnswers();
  const language = loadLocale(preferredLocale());
  await firstPaint();
  const application = import('./application.js');
  // The application asks for the script of its page when it has started, and hears then if it fails.
  if (page) PAGE_SCRIPTS[page]().catch(() => undefined);
  const { showApplication } = await application;
  await showApplication(place, { language: await language, answers: await answers, session });
}

/** Asks for what a page shows that takes the server or the person some time. */
function askForPage(page: PagePath | undefined): void {
  const role = notedRole();
  if (page === '/') askForOverview(role);
  else if (page === '/data' && role === 'admin') askForData();
  else if (page === '/models' && role === 'admin') askForModels();
  else askForDetail(role);
}

/** Asks for what the overview shows. */
function askForOverview(role: Role | undefined): void {
  const time_period = chosenPeriod();
  askAhead('/api/v1/model');
  askAhead('/api/v1/forecast/categories', {
    query: { time_period },
    onData: (categories) => {
      for (const [from, to] of [priceDays(categories), yearBefore(categories)]) {
        askAhead('/api/v1/sales/totals', { query: { from, to } });
      }
    },
  });
  askAhead('/api/v1/alerts');
  if (role && seesProducts(role)) {
    askAhead('/api/v1/forecast/top-products', { query: { time_period, limit: String(MAX_PRODUCTS) } });
  }
  if (role === 'admin') askForModels();
}

function askForModels(): void {
  askAhead('/api/v1/model/versions');
  askForTraining();
}

function askForData(): void {
  askAhead('/api/v1/sales/summary');
  askForTraining();
  for (const path of ['/api/v1/sales/deliveries', '/api/v1/sales/removals'] as const) {
    askAhead(path, { query: { limit: String(LISTED) } });
  }
}

function askForTraining(): void {
  askAhead('/api/v1/model/trainings/{id}', { path: { id: 'latest' } });
}

/** Asks for what the page of a product or category shows, if the address is of one. */
function askForDetail(role: Role | undefined): void {
  const [, kind, encoded = ''] = /^\/(categories|products)\/([^/]+)$/.exec(location.pathname) ?? [];
  const name = decoded(encoded);
  const isSeen = role !== undefined && seesProducts(role);
  if (!kind || !name || (kind === 'products' && !isSeen)) return;
  const time_period = chosenPeriod();
  const subject: Readonly<Record<string, string>> =
    kind === 'products' ? { product_id: name } : { category: name };
  askAhead('/api/v1/forecast/daily', {
    query: { ...subject, horizon: String(HORIZONS[time_period]) },
    // It takes the server longer than all others: the chart does not wait for it.
    onData: () => askAhead('/api/v1/forecast/explain', { query: { ...subject, time_period } }),
  });
  askAhead('/api/v1/forecast/past', { query: { ...subject, days: String(PAST_DAYS) } });
  if (!isSeen) return;
  askAhead('/api/v1/plan');
  askAhead('/api/v1/forecast/top-products', {
    query: { time_period, limit: String(MAX_PRODUCTS), ...(kind === 'categories' && subject) },
  });
}

/** A part of an address as it is meant; undefined for what means nothing. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function chosenPeriod(): TimePeriod {
  return periodNamed(new URLSearchParams(location.search).get('period')) ?? DEFAULT_PERIOD;
}

/** Waits until the document is on the screen: the application's scripts come after that. */
async function firstPaint(): Promise<void> {
  // A page in the background is not painted.
  if (document.hidden) return;
  await new Promise(requestAnimationFrame);
  await nextTask();
}
