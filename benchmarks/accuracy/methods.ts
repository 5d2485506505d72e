import { eachStep } from '../../src/calendar/period.js';
import { croston, seasonalMean, seasonalNaive, tsb, weekdayMean } from '../../src/models/baselines/index.js';
import { directBoosting } from '../../src/models/boosting/direct/index.js';
import { recursiveBoosting } from '../../src/models/boosting/recursive/index.js';
import { calibrated } from '../../src/models/combine/calibrated.js';
import { adaptiveEnsemble, xgboostProphetBlend } from '../../src/models/combine/index.js';
import type { Covariates, FittedModel, ForecastModel } from '../../src/models/contract.js';
import { covariatesUntil } from '../../src/models/covariates.js';
import { forecastQuantiles } from '../../src/models/quantiles.js';
import { salesForecasts } from '../../src/models/sales-forecasts.js';
import { seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { structural } from '../../src/models/structural/index.js';
import type { Panel } from '../../src/panel/panel.js';
import { sliceDays } from '../../src/panel/slice.js';
import { present } from '../../src/present.js';
import { accurateEnsemble } from './accurate-ensemble.js';
import type { AccuracyCase, CaseName } from './cases.js';
import { nativeDirect } from './native-direct.js';
import { onWeeks, SPARSE_WEEKS, SPREAD_WEEKS, type WeeklyAdapter } from './weekly.js';

/** A model fitted at one cutoff of a case. */
export interface CaseFit {
  /** Expected values of the test window, `seriesCount * horizon`. */
  mean(): Promise<Float64Array>;
  /** The fitted model where it forecasts the case's own days, for its intervals; none of a tool in another process. */
  readonly fitted?: FittedModel;
  /** Time of the processor in another process. */
  readonly elsewhereSeconds?: number;
}

/** A method: a public model, and how it runs on each kind of case. */
export interface Method {
  readonly name: string;
  readonly cases: readonly CaseName[];
  /** True if it is given the covariates of the strong boosting peers. */
  readonly rich?: boolean;
  /** True if it is run only when it is asked for. */
  readonly onRequest?: boolean;
  /** True if it is run without measuring errors for intervals. */
  readonly withoutIntervals?: boolean;
  /** Covariates: none, those that the strong peers had, or all in the data. */
  readonly known?: 'none' | 'peers' | 'all';
  fit(data: AccuracyCase, cutoff: number, covariates: Covariates, known?: Panel): Promise<CaseFit>;
}

const DAILY: readonly CaseName[] = ['A', 'B', 'C'];
const ALL: readonly CaseName[] = ['A', 'B', 'C', 'D'];

/** In case D a season is 52 weeks, and the mean is that of the last 4 weeks. */
export const NAIVE_METHODS: readonly Method[] = [
  onOwnGrid('m1_snaive7', ALL, (weekly) =>
    weekly ? seasonalNaive({ season: 52, fallbackDays: 1 }) : seasonalNaive({ season: 7 }),
  ),
  onOwnGrid('m2_snaive364', DAILY, () => seasonalNaive({ season: 364 })),
  onOwnGrid('m3_mean28dow', ALL, (weekly) =>
    weekly ? seasonalMean({ season: 1, cycles: 4, fallbackDays: 1 }) : weekdayMean({ weeks: 4 }),
  ),
];

/** The full history of case D is a little over two years. */
const WHOLE_HISTORY = 5000;

export const METHODS: readonly Method[] = [
  ...NAIVE_METHODS,
  onOwnGrid('croston_sba', ['C'], () => croston()),
  onOwnGrid('tsb', ['C'], () => tsb()),
  onOwnGrid('tsb_weekday', ['C'], () => tsb({ weekdayProfile: true })),
  onDays('seasonal_trend', SPARSE_WEEKS, (weekly) =>
    weekly ? seasonalTrend({ weeklySeasonality: false, lookbackDays: WHOLE_HISTORY }) : seasonalTrend(),
  ),
  {
    ...onDays('xgboost', SPREAD_WEEKS, (weekly) =>
      recursiveBoosting({ intervalDays: 0, ...(weekly && { lookbackDays: 728 }) }),
    ),
    withoutIntervals: true,
  },
  onDays('blend', SPREAD_WEEKS, (weekly) =>
    xgboostProphetBlend(
      weekly
        ? {
            xgboost: { lookbackDays: 728 },
            seasonalTrend: { weeklySeasonality: false, lookbackDays: WHOLE_HISTORY },
          }
        : {},
    ),
  ),
  withKnownInputs('structural', ({ grid, horizon }) =>
    structural({ stepDays: grid === 'week' ? 7 : 1, horizon }),
  ),
  withKnownInputs('default', defaultModel),
  withKnownInputs('default_sales_only', defaultModel, 'none'),
  withKnownInputs('default_covariates', defaultModel, 'all'),
  medians(withKnownInputs('default_median', defaultModel)),
  onSteps('direct', direct),
  onSteps('accurate', ({ grid, horizon }) =>
    grid === 'week' ? accurateWeeks(horizon) : accurateDays(horizon),
  ),
  {
    ...onDays('seasonal_trend_calibrated', SPARSE_WEEKS, () => calibrated(seasonalTrend())),
    cases: DAILY,
  },
  {
    ...onDays('blend_calibrated', SPREAD_WEEKS, () => calibrated(xgboostProphetBlend())),
    cases: DAILY,
  },
  {
    name: 'xgboost_direct',
    cases: ALL,
    known: 'peers',
    onRequest: true,
    withoutIntervals: true,
    async fit(data, cutoff, covariates, known = data.panel) {
      const { mean, cpuSeconds } = nativeDirect(data, cutoff, known, covariates);
      return { mean: async () => mean, elsewhereSeconds: cpuSeconds };
    },
  },
];

/** Runs a model on the steps of the case, be they days or weeks: for methods that know no calendar. */
function onOwnGrid(
  name: string,
  cases: readonly CaseName[],
  makeModel: (weekly: boolean) => ForecastModel,
): Method {
  return {
    name,
    cases,
    async fit(data, cutoff) {
      const history = sliceDays(data.panel, 0, cutoff + 1);
      const fitted = await makeModel(data.grid === 'week').fit(history);
      return {
        fitted,
        mean: async () => (await salesForecasts(fitted).forecast({ horizon: data.horizon })).mean,
      };
    },
  };
}

/** Runs a daily model with holidays and indicators; weeks become days by the adapter. */
function onDays(name: string, adapter: WeeklyAdapter, makeModel: (weekly: boolean) => ForecastModel): Method {
  return {
    name,
    cases: ALL,
    async fit(data, cutoff, covariates) {
      const { horizon, panel } = data;
      const weekly = data.grid === 'week';
      const steps = sliceDays(panel, 0, cutoff + 1);
      const history = weekly ? adapter.toDaily(steps) : withoutUnsoldDays(steps);
      const known = covariatesUntil(covariates, history, history.days);
      const fitted = await makeModel(weekly).fit(history, { covariates: known });
      return {
        fitted,
        async mean() {
          const { mean } = await salesForecasts(fitted).forecast({ horizon: weekly ? 7 * horizon : horizon });
          return weekly ? adapter.toWeekly(mean, panel.seriesCount, horizon) : mean;
        },
      };
    },
  };
}

/** The default model for the steps of the case. */
export function defaultModel({ grid, horizon }: AccuracyCase): ForecastModel {
  const stepDays = grid === 'week' ? 7 : 1;
  return adaptiveEnsemble({ stepDays, horizon, directBoosting: { longHorizon: 0 } });
}

/** Only the steps of the case are forecast, as the peers do, so that no booster of farther steps is trained. */
function direct({ grid, horizon }: AccuracyCase): ForecastModel {
  return directBoosting({ horizon, longHorizon: 0, stepDays: grid === 'week' ? 7 : 1 });
}

function accurateDays(horizon: number): ForecastModel {
  const boosted = directBoosting({ horizon, longHorizon: 0 });
  return accurateEnsemble(horizon, boosted, seasonalTrend({ holidays: true }), tsb({ weekdayProfile: true }));
}

/** The accurate ensemble for weeks: a demand level with a weekday profile gives way to the week a year before. */
function accurateWeeks(horizon: number): ForecastModel {
  const options = { horizon, longHorizon: 0, stepDays: 7 } as const;
  const seasonal = onWeeks(
    seasonalTrend({ weeklySeasonality: false, lookbackDays: WHOLE_HISTORY, holidays: true }),
    SPARSE_WEEKS,
  );
  const third = seasonalNaive({ season: 52, fallbackDays: 1 });
  return accurateEnsemble(horizon, directBoosting(options), seasonal, third);
}

/** The medians of single steps in place of their means: sums of them are too low where sales are rare. */
function medians(method: Method): Method {
  return {
    ...method,
    async fit(data, ...rest) {
      const fitted = present((await method.fit(data, ...rest)).fitted, 'fitted model');
      const ranges = eachStep(data.horizon);
      const mean = async () =>
        present((await forecastQuantiles(fitted, { ranges, probabilities: [0.5] })).values[0], 'medians');
      return { fitted, mean };
    },
  };
}

/** Runs a model on the steps of the case, with holidays and what else the strong peers know. */
function onSteps(name: string, makeModel: (data: AccuracyCase) => ForecastModel): Method {
  return {
    name,
    cases: ALL,
    rich: true,
    async fit(data, cutoff, covariates) {
      const history = withoutUnsoldDays(sliceDays(data.panel, 0, cutoff + 1));
      const fitted = await makeModel(data).fit(history, { covariates: { events: covariates.events } });
      return {
        fitted,
        mean: async () => (await salesForecasts(fitted).forecast({ horizon: data.horizon })).mean,
      };
    },
  };
}

/** Runs a model on the steps of the case with promotions, prices and events as they are known ahead. */
function withKnownInputs(
  name: string,
  makeModel: (data: AccuracyCase) => ForecastModel,
  inputs: Method['known'] = 'peers',
): Method {
  return {
    name,
    cases: ALL,
    known: inputs,
    async fit(data, cutoff, covariates, known = data.panel) {
      const history = sliceDays(known, 0, cutoff + 1);
      const future = covariatesUntil(covariates, known, cutoff + 1, data.grid === 'week' ? 7 : 1);
      const fitted = await makeModel(data).fit(history, { covariates: future });
      return { fitted, mean: async () => (await fitted.forecast({ horizon: data.horizon })).mean };
    },
  };
}

/** Days before an item came on sale are missing, and not days without demand. */
function withoutUnsoldDays(panel: Panel): Panel {
  const units = panel.units.slice();
  panel.firstDay.forEach((first, s) => {
    units.fill(Number.NaN, s * panel.days, s * panel.days + first);
  });
  return { ...panel, units };
}
