import type { TimePeriod } from '../../src/calendar/period.js';
import { intervalReader } from '../../src/forecaster/distribution/quantile-grid.js';
import { createForecaster } from '../../src/forecaster/index.js';
import { adaptiveEnsemble } from '../../src/models/combine/index.js';
import type { ForecastModel, KnownFuture } from '../../src/models/contract.js';
import { lastDay } from '../../src/panel/panel.js';
import type { Answers, Scenario, Verdict } from './scenario.js';

/** Trains a forecaster on a shop and checks its answers; without a model, the forecaster's default. */
export async function runScenario(scenario: Scenario, model: ForecastModel | undefined): Promise<Verdict[]> {
  return scenario.judge(await answersOf(scenario, model), (other) => answersOf(other, model));
}

export async function answersOf(scenario: Scenario, model: ForecastModel | undefined): Promise<Answers> {
  const { records, events, future, trainingDays, outOfStock, today } = scenario;
  const forecaster = createForecaster({
    ...((model ?? future) && { model: withFuture(model ?? adaptiveEnsemble(), future) }),
    ...(events && { events }),
    ...(trainingDays && { trainingDays }),
    ...(outOfStock && { panel: { outOfStock } }),
    now: () => new Date(today ? `${today}T12:00:00Z` : dayAfter(records)),
  });
  const ingested = await forecaster.ingest(records);
  const report = await forecaster.train();
  const snapshot = forecaster.snapshot()!;
  const indexOf = (product: string) => {
    const index = snapshot.productIds.indexOf(product);
    if (index < 0) throw new Error(`There is no product ${product}`);
    return index;
  };
  const days = new Float64Array(snapshot.categoryDays.horizon);
  snapshot.categoryDays.mean.forEach((value, i) => {
    days[i % days.length] += value;
  });
  const trends = new Map<TimePeriod, Map<string, { direction: string; significant: boolean }>>();
  for (const timePeriod of ['week', 'month', 'year'] as const) {
    const { products } = await forecaster.topProducts({ timePeriod, limit: 1000 });
    trends.set(timePeriod, new Map(products.map(({ productId, trend }) => [productId, trend])));
  }
  return {
    units: (product, period) => snapshot.periods[period].products.mean[indexOf(product)],
    interval: (product, period) => {
      const { lower, upper } = intervalReader(snapshot.periods[period].products, snapshot.intervalLevel);
      return { lower: lower(indexOf(product)), upper: upper(indexOf(product)) };
    },
    trend: (product, period) => trends.get(period)!.get(product)!,
    days,
    findings: [...ingested.findings, ...report.data.findings].map(({ code }) => code),
    products: snapshot.productIds,
  };
}

/** Noon of the day after the last record. */
function dayAfter(records: Scenario['records']): number {
  const last = Math.max(...new Set(records.map(({ date }) => Date.parse(String(date)))));
  return last + 1.5 * 86_400_000;
}

/** Gives a model what is planned for the days after the last one, when it is fitted on all days. */
function withFuture(model: ForecastModel, future: KnownFuture | undefined): ForecastModel {
  if (!future) return model;
  return {
    ...model,
    fit: (panel, options) =>
      lastDay(panel) + 1 === future.startDay
        ? model.fit(panel, { ...options, covariates: { ...options?.covariates, future } })
        : model.fit(panel, options),
  };
}
