import * as core from 'commerce-forecast';
import {
  autoSelect,
  backtest,
  buildPanel,
  calibrated,
  computeFeatures,
  createForecastCache,
  createForecaster,
  leaderboard,
  MemoryArtifactStore,
  MemoryCacheStore,
  seasonalNaive,
  seasonalTrend,
} from 'commerce-forecast';
import { trainBooster } from 'commerce-forecast/boosting';
import { createBullMqJobRunner } from 'commerce-forecast/bullmq';
import { readSalesCsv } from 'commerce-forecast/csv';
import { FileDocumentStore, FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { countryHolidays } from 'commerce-forecast/holidays';
import * as indicators from 'commerce-forecast/indicators';
import * as jobs from 'commerce-forecast/jobs';
import { createAccuracyMonitor, updateResidualShift } from 'commerce-forecast/monitoring';
import * as postgres from 'commerce-forecast/postgres';
import { RedisCacheStore } from 'commerce-forecast/redis';
import { createModelRegistry, createRolloutController } from 'commerce-forecast/registry';
import { S3ArtifactStore } from 'commerce-forecast/s3';
import * as series from 'commerce-forecast/seasonal-trend';
import * as sources from 'commerce-forecast/sources';
import { generatePanel, generateSales } from 'commerce-forecast/testing';
import { createWorkerPool, trainBoosters } from 'commerce-forecast/workers';
import { describe, expect, it } from 'vitest';
import { createDateReader } from '../src/calendar/date-reader.js';
import { ContentCipher } from '../src/storage/encryption.js';

type Call = (options: never) => unknown;

const panel = generatePanel({ products: 2, days: 90, seed: 1 });
const model = seasonalNaive();
const days = Array.from({ length: 40 }, (_, d) => 19_000 + d);
const points = { days, values: days.map((day) => day % 7) };
const features = { rows: 2, columns: [Float32Array.of(1, 2)] };
const labels = Float32Array.of(1, 2);
const forecaster = createForecaster({ model });
const runner = jobs.createInProcessJobRunner();
const reference = { mean: 0, standardDeviation: 1 };
const noShift = { up: 0, down: 0, upCount: 0, downCount: 0, shift: 'none' } as const;
const http = { realmId: '1', clientId: 'a', clientSecret: 'b', tokens: {} as never };

/** Each function that takes options, with one misspelt and the name that was meant. */
const CASES: readonly (readonly [string, Call, object, string])[] = [
  ['createForecaster', createForecaster, { intervalLevl: 0.9 }, 'intervalLevel'],
  ['createForecaster panel', createForecaster, { panel: { outOfStok: 'keep' } }, 'outOfStock'],
  ['train', (o) => forecaster.train(o), { onProgres: () => {} }, 'onProgress'],
  ['ingest', (o) => forecaster.ingest([], o), { batchID: 'a', bachId: 'b' }, 'batchId'],
  ['topProducts', (o) => forecaster.topProducts(o), { timePeriod: 'week', categroy: 'x' }, 'category'],
  ['categories', (o) => forecaster.categories(o), { time_period: 'week' }, 'timePeriod'],
  ['trends', (o) => forecaster.trends('x', o), { day: 3 }, 'days'],
  [
    'predict',
    (o) => forecaster.predict(o),
    { timePeriod: 'week', includeConfidense: true },
    'includeConfidence',
  ],
  ['buildPanel', (o) => buildPanel([], o), { minDay: 3 }, 'minDays'],
  ['buildPanel outliers', (o) => buildPanel([], o), { outliers: { treshold: 3 } }, 'threshold'],
  ['seasonalNaive', core.seasonalNaive, { seasons: 7 }, 'season'],
  ['seasonalMean', core.seasonalMean, { cycle: 3 }, 'cycles'],
  ['weekdayMean', core.weekdayMean, { week: 3 }, 'weeks'],
  ['croston', core.croston, { varient: 'sba' }, 'variant'],
  ['tsb', core.tsb, { bata: 0.1 }, 'beta'],
  ['seasonalTrend', seasonalTrend, { n_changepoints: 10 }, 'changepointCount'],
  ['seasonalTrend, as Prophet', seasonalTrend, { changepoint_prior_scale: 1 }, 'changepointPriorScale'],
  ['recursiveBoosting', core.recursiveBoosting, { lookbackDay: 3 }, 'lookbackDays'],
  ['recursiveBoosting params', core.recursiveBoosting, { params: { n_estimators: 3 } }, 'rounds'],
  ['structural', core.structural, { year: 3 }, 'years'],
  ['adaptiveEnsemble', core.adaptiveEnsemble, { trial: 3 }, 'trials'],
  [
    'adaptiveEnsemble boosting',
    core.adaptiveEnsemble,
    { directBoosting: { params: { eta: 1 } } },
    'learningRate',
  ],
  ['fit', (o) => model.fit(panel, o), { sead: 3 }, 'seed'],
  ['fit covariates', (o) => model.fit(panel, o), { covariates: { event: [] } }, 'events'],
  ['forecast', async (o) => (await model.fit(panel)).forecast(o), { horizon: 7, level: [0.8] }, 'levels'],
  ['totals', async (o) => (await model.fit(panel)).totals(o), { ranges: [], groupsOf: [] }, 'groupOf'],
  ['directBoosting', core.directBoosting, { long_horizon: 3 }, 'longHorizon'],
  ['directBoosting params', core.directBoosting, { params: { eta: 0.1 } }, 'learningRate'],
  ['xgboostProphetBlend', core.xgboostProphetBlend, { xgbost: {} }, 'xgboost'],
  ['xgboostProphetBlend weights', core.xgboostProphetBlend, { weights: { xgbost: 1 } }, 'xgboost'],
  ['weightedAverage', core.weightedAverage, { members: [], intervalFrom: 'x' }, 'intervalsFrom'],
  ['weightedAverage members', core.weightedAverage, { members: [{ model, wieght: 1 }] }, 'weight'],
  ['selfWeighted', core.selfWeighted, { members: [], trialserie: 3 }, 'trialSeries'],
  ['selfWeighted members', core.selfWeighted, { members: [{ model, priors: 1 }] }, 'prior'],
  ['middleOut', core.middleOut, { model, category_model: model }, 'categoryModel'],
  ['calibrated', (o) => calibrated(model, o), { steps: 3 }, 'step'],
  ['trainBooster', (o) => trainBooster({ features, labels }, o), { max_dept: 3 }, 'maxDepth'],
  ['trainBoosters', (o) => trainBoosters([], o), { thread: 3 }, 'threads'],
  ['createWorkerPool', createWorkerPool, { tread: 3 }, 'threads'],
  ['fitSeasonalTrend', (o) => series.fitSeasonalTrend(points, o), { interval_width: 0.9 }, 'intervalLevel'],
  [
    'fitSeasonalTrend seasonalities',
    (o) => series.fitSeasonalTrend(points, o),
    { seasonalities: [{ name: 'm', period: 30, fourier_orders: 2 }] },
    'fourierOrder',
  ],
  [
    'fitSeasonalTrend regressors',
    (o) => series.fitSeasonalTrend({ ...points, regressors: { p: days } }, o),
    { regressors: [{ name: 'p', standardise: true }] },
    'standardize',
  ],
  ['forecast of a series', (o) => series.fitSeasonalTrend(points).forecast(o), { horizn: 3 }, 'horizon'],
  ['readProphetModel', (o) => series.readProphetModel('{}', o), { event: [] }, 'events'],
  [
    'autoSelect',
    (o) => autoSelect(panel, { models: [model], budgetSeconds: 9, clock: () => 0, ...(o as object) }),
    { horizons: 7 },
    'horizon',
  ],
  ['backtest', (o) => backtest(panel, [model], o), { horizon: 7, origin: 2 }, 'origins'],
  ['leaderboard', (o) => leaderboard({ models: [] } as never, o), { top_n: 2 }, 'topN'],
  ['createForecastCache', createForecastCache, { leaseMS: 1, storeTimoutMs: 1 }, 'leaseMs'],
  ['createForecastCache l1', createForecastCache, { l1: { maxEntrys: 1 } }, 'maxEntries'],
  ['MemoryCacheStore', (o) => new MemoryCacheStore(o), { maxEntry: 1 }, 'maxEntries'],
  ['RedisCacheStore', (o) => new RedisCacheStore(o), { prefx: 'a' }, 'prefix'],
  ['ContentCipher', (o) => new ContentCipher(o), { key: {} }, 'keys'],
  ['MemoryArtifactStore', (o) => new MemoryArtifactStore(o), { encrypton: {} }, 'encryption'],
  ['FileSystemArtifactStore', (o) => new FileSystemArtifactStore(o), { dirctory: 'x' }, 'directory'],
  ['FileDocumentStore', (o) => new FileDocumentStore(o), { dirctory: 'x' }, 'directory'],
  ['S3ArtifactStore', (o) => new S3ArtifactStore(o), { buckt: 'x' }, 'bucket'],
  ['PostgresStorage', (o) => new postgres.PostgresStorage(o), { pglite: {}, shema: 'x' }, 'schema'],
  ['PostgresDocumentStore', (o) => new postgres.PostgresDocumentStore(o), { pol: {} }, 'pool'],
  ['createInProcessJobRunner', jobs.createInProcessJobRunner, { pollMS: 3, pol_ms: 3 }, 'pollMs'],
  ['createBullMqJobRunner', createBullMqJobRunner, { rediss: {} }, 'redis'],
  ['enqueue', (o) => runner.enqueue('a', {}, o), { attempt: 3 }, 'attempts'],
  ['process', (o) => runner.process('a', async () => null, o), { concurency: 3 }, 'concurrency'],
  ['schedule', (o) => runner.schedule(o), { id: 'a', job: 'a', cron: '* * * * *', attemps: 1 }, 'attempts'],
  ['registerForecastJobs', (o) => jobs.registerForecastJobs(runner, o), { colect: () => {} }, 'collect'],
  ['fanOut', jobs.fanOut, { chunk_series: 3 }, 'chunkSeries'],
  ['createModelRegistry', createModelRegistry, { name: 'a', cachesize: 3 }, 'cacheSize'],
  ['createRolloutController', createRolloutController, { canaryshare: 0.1 }, 'canaryShare'],
  ['createAccuracyMonitor', createAccuracyMonitor, { horizon: [7] }, 'horizons'],
  ['updateResidualShift', (o) => updateResidualShift(noShift, 0, reference, o), { limits: 3 }, 'limit'],
  ['computeFeatures', (o) => computeFeatures(panel, o), { event: [] }, 'events'],
  ['createDateReader', createDateReader, { timezone: 'UTC' }, 'timeZone'],
  ['countryHolidays', (o) => countryHolidays('US', o), { type: ['public'] }, 'types'],
  ['readSalesCsv', (o) => readSalesCsv('', o), { delimeter: ';' }, 'delimiter'],
  ['readSalesCsv columns', (o) => readSalesCsv('', o), { columns: { product_id: 'x' } }, 'productId'],
  ['salesCsvFromUrl', (o) => sources.salesCsvFromUrl('http://a/b', o), { header: {}, headrs: {} }, 'headers'],
  [
    'salesCsvFromUrl http',
    (o) => sources.salesCsvFromUrl('http://a/b', o),
    { http: { timeout: 3 } },
    'timeoutMs',
  ],
  ['kaggleSource', sources.kaggleSource, { credential: {} }, 'credentials'],
  ['quickBooksSource', sources.quickBooksSource, { ...http, realmID: '1', enviroment: 'sandbox' }, 'realmId'],
  ['fredIndicators', indicators.fredIndicators, { api_key: 'x' }, 'apiKey'],
  ['yahooFinanceIndicators', indicators.yahooFinanceIndicators, { serie: {} }, 'series'],
  ['createIndicatorLoader', indicators.createIndicatorLoader, { source: [] }, 'sources'],
  ['manualIndicators', (o) => indicators.manualIndicators({}, o), { frequncy: 'monthly' }, 'frequency'],
  ['generateSales', generateSales, { product: 3 }, 'products'],
  ['generatePanel', generatePanel, { column: false }, 'columns'],
];

describe('options', () => {
  it.each(CASES)('%s refuses a misspelt one', async (_, call, options, meant) => {
    const refused = expect(async () => await call(options as never)).rejects;
    await refused.toMatchObject({ code: 'invalid-option', hint: `Did you mean \`${meant}\`?` });
  });

  it.each([
    ['directBoosting', core.directBoosting, { rowsPerBooster: undefined, horizon: undefined }],
    ['adaptiveEnsemble', core.adaptiveEnsemble, { directBoosting: { lookbackDays: undefined } }],
    ['structural', core.structural, { years: undefined }],
    ['xgboostProphetBlend', core.xgboostProphetBlend, { xgboost: { lookbackDays: undefined } }],
    ['recursiveBoosting', core.recursiveBoosting, { lookbackDays: undefined }],
    ['seasonalTrend', seasonalTrend, { growth: undefined }],
    ['weekdayMean', core.weekdayMean, { weeks: undefined }],
  ])('of %s that are undefined count as left out', (_, make, options) => {
    expect(make(options as never).config).toEqual(make().config);
  });

  it('names the unknown option and where it is', () => {
    expect(() => createForecaster({ intervalLevl: 0.9 } as never)).toThrow(
      expect.objectContaining({
        message: 'Unknown option `intervalLevl`; did you mean `intervalLevel`?',
        path: ['intervalLevl'],
      }),
    );
    expect(() => createForecaster({ panel: { gap: 'zero' } } as never)).toThrow(
      expect.objectContaining({ path: ['panel', 'gap'] }),
    );
  });

  it('lists the options if none is similar', () => {
    expect(() => seasonalNaive({ colour: 'red' } as never)).toThrow(
      expect.objectContaining({ hint: 'The options are season, fallbackDays.' }),
    );
    expect(() => seasonalNaive(7 as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
