import { formatDay } from '../../calendar/day.js';
import { ForecastError } from '../../errors.js';
import { createPacer, throwIfAborted } from '../../long-call.js';
import type { PeriodAlignment } from '../build-snapshot.js';
import { seriesNames } from '../series-name.js';
import { requireFitted, type TrainedModel } from '../trained-model.js';
import { forecastGroups } from './forecast-groups.js';
import { forecastPeriods } from './forecast-periods.js';
import { type ForecastQuery, forecastSettings } from './forecast-query.js';
import type { ForecastRow, SalesForecast } from './forecast-results.js';
import { KnownPrices } from './known-prices.js';
import { modelFigures } from './model-figures.js';
import { snapshotFigures, storedRevenue } from './snapshot-figures.js';

/** A snapshot, its model if that is at hand, and the plans that its training knew. */
export type ForecastBasis = Pick<TrainedModel, 'snapshot' | 'plans'> & Partial<Pick<TrainedModel, 'fitted'>>;

/** Rows between two turns that an abort or the event loop may take. */
const ROWS_PER_PACE = 256;

/** Answers a question for a table of forecasts, from the snapshot where it has them all, else from the fitted model. */
export async function salesForecast(
  { snapshot, fitted, plans }: ForecastBasis,
  query: ForecastQuery,
  usualAlignment: PeriodAlignment,
  generatedAt: string,
): Promise<SalesForecast> {
  const { modelVersion, cutoffDay } = snapshot;
  const settings = forecastSettings(query, cutoffDay, usualAlignment);
  const { signal, onProgress } = query;
  throwIfAborted(signal);
  const { level, granularity, quantiles: probabilities, maxRows } = settings;
  const groups = forecastGroups(snapshot, settings);
  const periods = forecastPeriods(settings, cutoffDay);
  if (groups.length * periods.length > maxRows) {
    throw new ForecastError(
      'limit-exceeded',
      `The table would have ${groups.length * periods.length} rows, and at most ${maxRows} are allowed`,
      { path: ['granularity'], hint: 'Ask for fewer products, fewer days or longer periods.' },
    );
  }
  const wanted = { level, groups, periods, probabilities };
  const prices = new KnownPrices(snapshot, plans, settings.range.to);
  const stored = snapshotFigures(snapshot, wanted, prices);
  const isPriced = (s: number) => prices.covers(s, settings.range);
  const revenueIsStored = () =>
    periods.every((range) => {
      const revenueOf = storedRevenue(snapshot, range, prices);
      return groups.every(({ series }) => !series.some(isPriced) || revenueOf(series) !== null);
    });
  const complete = stored && (!fitted || prices.isEmpty || revenueIsStored());
  const figuresOf = complete
    ? stored
    : await modelFigures(requireFitted(fitted), snapshot.calibration, wanted, prices, { signal, onProgress });
  const rows: ForecastRow[] = [];
  const pace = createPacer({ signal });
  const spans = periods.map(({ from, to }) => ({
    firstDay: formatDay(cutoffDay + 1 + from),
    lastDay: formatDay(cutoffDay + to),
    days: to - from,
  }));
  for (const [g, { productId, category, location }] of groups.entries()) {
    for (const [p, { firstDay, lastDay, days }] of spans.entries()) {
      const { units, median, quantiles, revenue } = figuresOf(g, p);
      rows.push({
        productId,
        category,
        location,
        firstDay,
        lastDay,
        days,
        units,
        median,
        quantiles,
        revenue,
      });
    }
    if (rows.length % ROWS_PER_PACE < spans.length) {
      await pace({ phase: 'rows', done: g + 1, total: groups.length });
    }
  }
  const unpriced = groups.flatMap(({ series }) => series.filter((s) => !isPriced(s)));
  return {
    modelVersion,
    generatedAt,
    source: complete ? 'snapshot' : 'model',
    level,
    granularity,
    probabilities,
    rows,
    productsWithoutPrice: [...new Set(unpriced.map(seriesNames(snapshot).product))],
  };
}
