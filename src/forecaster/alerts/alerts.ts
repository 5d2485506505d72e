import { type Day, formatDay } from '../../calendar/day.js';
import { checkShare, ForecastError, invalidOption } from '../../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../../long-call.js';
import { covariatesUntil } from '../../models/covariates.js';
import { groupsOfOne } from '../../models/effect.js';
import type { LifeCycle } from '../../models/life-cycle.js';
import { structural } from '../../models/structural/index.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { attributeOf, lastDay, type Panel } from '../../panel/panel.js';
import { sliceDays } from '../../panel/slice.js';
import { numberAt } from '../../present.js';
import { findPromotions } from '../past-promotions.js';
import { type PastSales, readPastSales } from '../past-sales.js';
import { withoutPromotions } from '../promotion-report.js';
import { cleanSum } from '../rounding.js';
import { seriesName } from '../series-name.js';
import type { HistoryInput } from '../train.js';
import { alertMessage } from './alert-message.js';
import type { Alert, AlertKind, Alerts } from './alert-results.js';
import { commonChanges, NO_COMMON_CHANGE } from './common-changes.js';
import { discoveries } from './false-discovery.js';
import { missedPromotions } from './missed-promotions.js';
import { specialDays } from './special-days.js';
import { type Compared, deviatingDays, type UnusualStretch, unusualStretches } from './unusual-stretches.js';
import { classOf, factorOf, UsualDeviations } from './usual-deviations.js';
import type { WatchedDays } from './watched-days.js';

export interface AlertsQuery extends LongCallOptions {
  /** Last days of the sales to look at, 1 to 28. Default 7. */
  readonly days?: number;
  /** Only this category and its products. */
  readonly category?: string;
  /** Largest expected share of false alerts. Default 0.05. */
  readonly falseDiscoveryRate?: number;
}

const ALERTS_OPTIONS: OptionTable<AlertsQuery> = {
  ...LONG_CALL_OPTIONS,
  days: 1,
  category: 1,
  falseDiscoveryRate: 1,
};

const DEFAULT_DAYS = 7;
const MOST_DAYS = 28;
const DEFAULT_RATE = 0.05;
/** Days before those that are looked at, on which the usual deviations from forecasts are measured. */
const MEASURED_DAYS = 14;
/** Least days of sales before those that are looked at. */
const LEAST_HISTORY = 70;

/** Finds what the forecast from before the last days does not explain about them. */
export async function findAlerts(
  input: HistoryInput,
  query: AlertsQuery,
  generatedAt: string,
): Promise<Alerts> {
  refuseUnknown(query, ALERTS_OPTIONS);
  const { signal, onProgress, days = DEFAULT_DAYS, falseDiscoveryRate: rate = DEFAULT_RATE } = query;
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    invalidOption('days', `days must be a whole number from 1 to ${MOST_DAYS}, not ${days}`);
  }
  checkShare('falseDiscoveryRate', typeof rate === 'number' ? rate : Number.NaN);
  const calls = { signal, onProgress };
  const { panel, covariates } = await readPastSales(input, calls);
  const seen = panel.days - days;
  if (seen < LEAST_HISTORY) {
    throw new ForecastError(
      'too-short',
      `Alerts need ${LEAST_HISTORY} days of sales before the ${days} they look at`,
      {
        path: ['days'],
        hint: `There are ${panel.days} days of sales.`,
      },
    );
  }
  const isWatched = watched(panel, query.category);
  const { fitted, window, sold, future } = await forecastFrom({ panel, covariates }, seen, days, calls);
  const soldBefore = (series: number) => fitted.lifeCycle?.[series]?.status !== 'never-sold';
  const asleep = (series: number) => !soldBefore(series) || fitted.lifeCycle?.[series]?.status === 'ended';
  const candidates = indices(panel.seriesCount, isWatched);
  const tested = candidates.filter((s) => soldBefore(s) && hasObservation(sold, s));
  const factors = await usualDeviations({ panel, covariates }, seen, calls);
  const specialOf = specialDays(window, covariates.events);
  const groups = groupsOfOne(panel.seriesCount, tested);
  const ofProducts: Compared = {
    fitted,
    watched: sold,
    groups,
    commonAt: await commonChanges(fitted, sold, groups, categoriesOf(panel, tested), signal),
    factorAt: (group, range, expected) =>
      factorOf(factors, expected, specialOf(numberAt(tested, group), range)),
    signal,
  };
  const products = await unusualStretches(ofProducts);
  const promotions = findPromotions(window, tested);
  const unpromoted = withoutPromotions(panel, seen, panel.days, future);
  const options = { rate, factor: factors.promoted, signal };
  const { missed, tested: testedPromotions } = await missedPromotions(
    fitted,
    sold,
    promotions,
    unpromoted,
    options,
  );

  // A promotion that is told to be missed explains what its category sold less.
  const withoutEffect = new Set(missed.map(({ group }) => group));
  const ordinary = tested.filter((s) => !withoutEffect.has(s));
  const ofCategories: Compared = {
    fitted,
    watched: sold,
    groups: { groupOf: categoryGroups(panel, sold, ordinary), groupCount: panel.categories.length },
    factorAt: () => factors.category,
    commonAt: NO_COMMON_CHANGE,
    signal,
  };
  const categories = await unusualStretches(ofCategories);

  const about = new AlertMaker(panel, window, sold);
  const started = candidates.filter(asleep).flatMap((s) => about.started(s, fitted.lifeCycle?.[s]) ?? []);
  const unseen = missed.map((stretch) => about.product('missed-promotion', stretch, stretch.group));
  const explained = new Set([...withoutEffect, ...candidates.filter(asleep)]);
  const found = significant(products, tested.length, rate).filter(
    ({ group }) => !explained.has(numberAt(tested, group)),
  );
  const changed = (await deviatingDays(ofProducts, found)).map((stretch) =>
    about.product(kindOf(stretch, sold), stretch, numberAt(tested, stretch.group)),
  );
  const categoryCount = new Set(tested.map((s) => panel.categoryOf[s])).size;
  const moved = (await deviatingDays(ofCategories, significant(categories, categoryCount, rate))).map(
    (stretch) => about.category(stretch),
  );
  return {
    generatedAt,
    firstDay: formatDay(window.startDay),
    lastDay: formatDay(lastDay(panel)),
    seenUntil: formatDay(window.startDay - 1),
    falseDiscoveryRate: rate,
    tested: { products: tested.length, categories: categoryCount, promotions: testedPromotions },
    alerts: [...moved, ...changed, ...unseen, ...started].sort(
      (a, b) => difference(b) - difference(a) || (about.key(a) < about.key(b) ? -1 : 1),
    ),
  };
}

/** Forecast of the days after the first `seen` of the history, with what was sold on them. */
async function forecastFrom(
  { panel, covariates }: PastSales,
  seen: number,
  days: number,
  calls: LongCallOptions,
) {
  const window = sliceDays(panel, seen, seen + days);
  // Prices, promotions and closures of the days are taken as they were: what they explain is no alert.
  const known = covariatesUntil(covariates, panel, seen);
  const fitted = await structural().fit(sliceDays(panel, 0, seen), { ...calls, covariates: known });
  const sold: WatchedDays = { days, sold: window.soldUnits ?? window.units };
  return { fitted, window, sold, future: known.future };
}

/** Deviations of sales in the two weeks before the days in question from a forecast that had not seen them. */
async function usualDeviations(past: PastSales, seen: number, calls: LongCallOptions) {
  const { panel } = past;
  const { fitted, window, sold } = await forecastFrom(past, seen - MEASURED_DAYS, MEASURED_DAYS, calls);
  const specialOf = specialDays(window, past.covariates.events);
  const known = indices(panel.seriesCount, (s) => fitted.lifeCycle?.[s]?.status !== 'never-sold');
  const deviations = new UsualDeviations();
  const groups = groupsOfOne(panel.seriesCount, known);
  await deviations.add(
    fitted,
    sold,
    groups,
    (group, range, expected) => classOf(expected, specialOf(numberAt(known, group), range)),
    await commonChanges(fitted, sold, groups, categoriesOf(panel, known), calls.signal),
    calls.signal,
  );
  const categories = { groupOf: categoryGroups(panel, sold, known), groupCount: panel.categories.length };
  await deviations.add(fitted, sold, categories, () => 'category', NO_COMMON_CHANGE, calls.signal);
  return deviations.factors();
}

/** @throws ForecastError `not-found` for an unknown category. */
function watched(panel: Panel, category: string | undefined): (series: number) => boolean {
  if (category === undefined) return () => true;
  const wanted = panel.categories.indexOf(category);
  if (wanted < 0) {
    throw new ForecastError('not-found', `There are no sales of "${category}"`, { path: ['category'] });
  }
  return (series) => panel.categoryOf[series] === wanted;
}

function indices(count: number, isWanted: (series: number) => boolean): number[] {
  return Array.from({ length: count }, (_, s) => s).filter(isWanted);
}

function categoriesOf(panel: Panel, chosen: readonly number[]): number[] {
  return chosen.map((series) => numberAt(panel.categoryOf, series));
}

function hasObservation({ days, sold }: WatchedDays, series: number): boolean {
  return sold.subarray(series * days, (series + 1) * days).some((units) => !Number.isNaN(units));
}

/** Category of each series that was observed on all days: sums are compared with forecasts of the same products. */
function categoryGroups(panel: Panel, { days, sold }: WatchedDays, chosen: readonly number[]): Int32Array {
  const groupOf = new Int32Array(panel.seriesCount).fill(-1);
  for (const s of chosen) {
    const isComplete = !sold.subarray(s * days, (s + 1) * days).some((units) => Number.isNaN(units));
    if (isComplete) groupOf[s] = numberAt(panel.categoryOf, s);
  }
  return groupOf;
}

function significant(stretches: readonly UnusualStretch[], tests: number, rate: number): UnusualStretch[] {
  const found = discoveries(
    stretches.map(({ pValue }) => pValue),
    tests,
    rate,
  );
  return found.flatMap((i) => stretches[i] ?? []);
}

function kindOf({ units, upper, range }: UnusualStretch, { days }: WatchedDays): AlertKind {
  if (units > upper) return 'spike';
  return units === 0 && range.to === days ? 'stopped' : 'drop';
}

function difference({ units, expectedUnits }: Alert): number {
  return Math.abs(units - (expectedUnits ?? 0));
}

/** Makes alerts with the names and dates of their series. */
class AlertMaker {
  readonly #locationOf: ((series: number) => string | undefined) | undefined;
  readonly #productOf: ((series: number) => string | undefined) | undefined;

  constructor(
    private readonly panel: Panel,
    private readonly window: Panel,
    private readonly sold: WatchedDays,
  ) {
    this.#locationOf = attributeOf(panel, 'location');
    this.#productOf = attributeOf(panel, 'product');
  }

  product(kind: AlertKind, stretch: UnusualStretch, series: number): Alert {
    return this.#alert({ kind, level: 'product', ...this.#names(series) }, stretch);
  }

  category(stretch: UnusualStretch): Alert {
    const category = this.panel.categories[stretch.group] ?? '';
    const kind = kindOf(stretch, this.sold);
    return this.#alert({ kind, level: 'category', productId: null, category, location: null }, stretch);
  }

  /** The first sale, or that after the end, of a product on the days; undefined without one. */
  started(series: number, before: LifeCycle | undefined): Alert | undefined {
    const { days, sold } = this.sold;
    const own = sold.subarray(series * days, (series + 1) * days);
    const first = own.findIndex((units) => units > 0);
    if (first < 0) return undefined;
    const units = cleanSum(
      own.subarray(first).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0),
    );
    const alert = {
      kind: 'started' as const,
      level: 'product' as const,
      ...this.#names(series),
      ...this.#dates({ from: first, to: days }),
      units,
      expectedUnits: null,
      lower: null,
      upper: null,
      pValue: null,
    };
    const silentSince = before?.status === 'ended' ? before.since : undefined;
    return { ...alert, message: alertMessage(alert, silentSince) };
  }

  /** Identity for the order of alerts that differ equally. */
  key({ level, category, productId, location }: Alert): string {
    return JSON.stringify([level, category, productId, location]);
  }

  #alert(
    names: Pick<Alert, 'kind' | 'level' | 'productId' | 'category' | 'location'>,
    { range, units, expected, lower, upper, pValue }: UnusualStretch,
  ): Alert {
    const alert = {
      ...names,
      ...this.#dates(range),
      units: cleanSum(units),
      expectedUnits: expected,
      lower,
      upper,
      pValue,
    };
    return { ...alert, message: alertMessage(alert) };
  }

  #names(series: number) {
    const { productId, category } = seriesName(this.panel.ids, this.panel, series);
    const location = this.#locationOf?.(series) ?? null;
    return { productId: this.#productOf?.(series) ?? productId, category, location };
  }

  #dates({ from, to }: { readonly from: number; readonly to: number }) {
    const day = (step: number): Day => this.window.startDay + step;
    return { firstDay: formatDay(day(from)), lastDay: formatDay(day(to - 1)) };
  }
}
