// Outputs of every public model and of the parts around them, written by version 0.1.0 at the commit before the
// re-layout of the sources. They prove that no forecast changes with a change that should not change any: numbers are
// compared at relative 1e-9. `outputs.json` is rewritten, where a forecast is meant to change, by
//
//   FROZEN_WRITE=1 npx vitest run --project unit test/frozen
import {
  backtest,
  buildPanel,
  createForecaster,
  type Forecaster,
  formatDataReport,
  formatLeaderboard,
  leaderboard,
  type Panel,
  seasonalNaive,
  seasonalTrend,
  TIME_PERIODS,
  weekdayMean,
} from 'commerce-forecast';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { directRowsDigest, featureDigest, modelDigest } from './digests.js';
import { expectFrozen, finishFrozen } from './frozen-outputs.js';
import { frozenModels } from './models.js';
import { cleanRecords, covariateCase, dirtyRecords, plainCase } from './panels.js';

const plain = plainCase();
const withCovariates = covariateCase();
const models = frozenModels();

afterAll(finishFrozen);

describe.each([
  ['plain', plain],
  ['covariates', withCovariates],
] as const)('the %s panel', (name, frozenCase) => {
  it.each(Object.keys(models))('is forecast as before by %s', async (model) => {
    expectFrozen(`${name} ${model}`, await modelDigest(models[model], frozenCase));
  });

  it('has the same features', () => {
    expectFrozen(`${name} features`, featureDigest(frozenCase));
    expectFrozen(`${name} direct rows`, directRowsDigest(frozenCase));
  });
});

describe('sales records', () => {
  it.each([
    ['with the defaults', {}],
    [
      'with every choice made otherwise',
      {
        gaps: 'missing',
        beforeFirst: 'zero',
        negativeUnits: 'reject',
        outOfStock: 'missing',
        minDays: 60,
        lastDay: '2023-01-20',
        outliers: { action: 'winsorise', threshold: 6 },
      },
    ],
  ] as const)('become the same panel %s', async (name, options) => {
    const { panel, report } = await buildPanel(dirtyRecords(), options);
    expectFrozen(`panel ${name}`, { panel: panelDigest(panel), report, text: formatDataReport(report) });
  });
});

describe('evaluation', () => {
  it('gives the same backtest and leaderboard', async () => {
    const candidates = [
      seasonalNaive({ season: 7 }),
      weekdayMean({ weeks: 4 }),
      seasonalTrend({ lookbackDays: 365 }),
    ];
    const { panel, covariates } = withCovariates;
    const options = { horizon: 28, origins: 3, levels: [0.8], covariates, seed: 3 };
    const result = await backtest(panel, candidates, options);
    const entries = leaderboard(result, { topN: 2 });
    expectFrozen('backtest', { cutoffs: result.cutoffs, rows: result.rows.slice(0, 40) });
    expectFrozen('leaderboard', { entries, text: formatLeaderboard(entries) });
  });
});

describe('the default forecaster', () => {
  let forecaster: Forecaster;
  beforeAll(async () => {
    forecaster = createForecaster({ now: () => new Date('2023-02-06T06:00:00Z') });
    await forecaster.ingest(cleanRecords());
    const { products, categories, firstDay, lastDay, validation } = await forecaster.train();
    expectFrozen('training', { products, categories, firstDay, lastDay, validation });
  });

  it.each(TIME_PERIODS)('gives the same answers about the next %s', async (timePeriod) => {
    const limit = timePeriod === 'month' ? 8 : 3;
    expectFrozen(`top products ${timePeriod}`, lasting(await forecaster.topProducts({ timePeriod, limit })));
    const predicted = await forecaster.predict({ timePeriod, includeConfidence: timePeriod !== 'year' });
    expectFrozen(`predict ${timePeriod}`, lasting(predicted));
  });

  it('gives the same answers about categories', async () => {
    const answer = lasting(await forecaster.categories({ timePeriod: 'month' }));
    expectFrozen('categories', answer);
    for (const { category } of answer.predictions) {
      const { history, forecast, ...rest } = lasting(await forecaster.trends(category));
      expectFrozen(`trends ${category}`, { ...rest, history: history.slice(-10), forecast });
    }
  });
});

/** An answer without what names the build or the moment. */
function lasting<Answer extends { modelVersion: string; generatedAt: string }>({
  modelVersion,
  generatedAt,
  ...answer
}: Answer) {
  return answer;
}

function panelDigest({ ids, categories, categoryOf, startDay, days, firstDay, ...columns }: Panel) {
  const { units, revenue, price, promo, inStock } = columns;
  const sums = Object.entries({ units, revenue, price, promo, inStock }).map(([name, column]) => {
    let missing = 0;
    const perSeries = ids.map((_, s) => {
      let total = 0;
      for (let i = s * days; i < (s + 1) * days; i++) {
        const value = column?.[i] ?? Number.NaN;
        if (Number.isNaN(value)) missing++;
        else total += value * (1 + (i % 31));
      }
      return total;
    });
    return [name, { missing, perSeries }];
  });
  const lists = { ids, categories, categoryOf: [...categoryOf], firstDay: [...firstDay] };
  return { startDay, days, ...lists, columns: Object.fromEntries(sums) };
}
