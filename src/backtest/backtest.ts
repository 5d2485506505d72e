import { type Day, formatDay } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import { mapConcurrently } from '../concurrent.js';
import { ForecastError, invalidOption } from '../errors.js';
import { createPacer, type LongCallOptions } from '../long-call.js';
import { meanSquaredChange } from '../metrics/rmsse.js';
import type { TestWindow } from '../metrics/test-window.js';
import type { Covariates, ForecastModel, Interval, KnownFuture } from '../models/contract.js';
import { covariatesUntil } from '../models/covariates.js';
import { hasNegativeUnits, salesForecasts } from '../models/sales-forecasts.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import { type BacktestRow, seriesRows } from './backtest-rows.js';
import { backtestCutoffs, type CutoffOptions } from './cutoffs.js';

export interface BacktestOptions extends CutoffOptions, LongCallOptions {
  /** Levels of the intervals to be measured; none by default. */
  readonly levels?: readonly number[];
  /**
   * Indicators and past-only columns are cut at each cutoff; events, and the prices, promotions and closures of the panel,
   * are taken to be known ahead.
   */
  readonly covariates?: Covariates;
  /**
   * Returns what was planned at each cutoff, such as `knownPlans(book, horizon)`: the future is then as it was
   * planned at the cutoff, not as the panel records it.
   */
  readonly plannedAt?: (past: Panel) => Promise<{
    readonly panel: Panel;
    readonly events: readonly CalendarEvent[];
    readonly future: KnownFuture | undefined;
  }>;
  /** Seed of every fit. Default 0. */
  readonly seed?: number;
  /** A clock in milliseconds, e.g. `performance.now`, to measure fits and forecasts. */
  readonly clock?: () => number;
}

const BACKTEST_OPTIONS: OptionTable<BacktestOptions> = {
  levels: 1,
  covariates: 1,
  plannedAt: 1,
  seed: 1,
  clock: 1,
  horizon: 1,
  cutoffs: 1,
  origins: 1,
  step: 1,
  signal: 1,
  onProgress: 1,
};

/** Forecasts of one model from one cutoff, with the actual values. */
export interface BacktestRun extends TestWindow {
  readonly model: string;
  readonly intervals: readonly Interval[];
  /** Mean squared one-step change of each series up to the cutoff: the scale of RMSSE. */
  readonly scales: Float64Array;
  /** Time that fit and forecast took, if the options have a clock. */
  readonly milliseconds?: number;
}

export interface BacktestResult {
  readonly horizon: number;
  readonly cutoffs: readonly Day[];
  /** Names of the models, in the order given. */
  readonly models: readonly string[];
  readonly categories: readonly string[];
  readonly categoryOf: Int32Array;
  /** One per cutoff and model. */
  readonly runs: readonly BacktestRun[];
  /** One per model, cutoff and series with an observed day in the window. */
  readonly rows: readonly BacktestRow[];
}

/**
 * A rolling-origin backtest: at each cutoff every model is fitted afresh on the days up to it, and forecasts the
 * horizon after it. Models get a panel that ends at the cutoff and indicators published by then, and nothing else.
 *
 * ```ts
 * import { backtest, formatLeaderboard, leaderboard, type Panel, seasonalNaive, weekdayMean } from 'commerce-forecast';
 *
 * async function compare(panel: Panel): Promise<string> {
 *   const models = [seasonalNaive({ season: 7 }), weekdayMean({ weeks: 4 })];
 *   const result = await backtest(panel, models, { horizon: 28, origins: 3, levels: [0.8] });
 *   return formatLeaderboard(leaderboard(result));
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` without models, with two of the same name or for wrong cutoffs,
 * `too-short` if the panel has no room for the windows, `aborted`, and the errors of models, with their name
 * and the cutoff.
 */
export async function backtest(
  panel: Panel,
  models: readonly ForecastModel[],
  options: BacktestOptions,
): Promise<BacktestResult> {
  checkModels(models);
  refuseUnknown(options, BACKTEST_OPTIONS);
  const cutoffs = backtestCutoffs(panel, options);
  const pace = createPacer(options);
  let done = 0;
  const runAt = async (cutoff: Day, signal: AbortSignal): Promise<BacktestRun[]> => {
    const end = cutoff - panel.startDay + 1;
    const past = sliceDays(panel, 0, end);
    const actual = sliceDays(panel, end, end + options.horizon).units;
    const known = covariatesUntil(options.covariates ?? {}, panel, end);
    const planned = await options.plannedAt?.(past);
    const history = planned?.panel ?? past;
    const scales = scalesOf(history);
    const covariates = planned ? asPlanned(known, planned) : known;
    const own: BacktestRun[] = [];
    for (const model of models) {
      const at = { history, actual, scales, cutoff, covariates };
      own.push(await runModel(model, at, { ...options, signal }));
      await pace({ phase: 'backtest', done: ++done, total: cutoffs.length * models.length });
    }
    return own;
  };
  const concurrentCutoffs = Math.min(...models.map(({ maxConcurrentFits = 1 }) => maxConcurrentFits));
  const runs = (await mapConcurrently(cutoffs, concurrentCutoffs, runAt, options.signal)).flat();
  return {
    horizon: options.horizon,
    cutoffs,
    models: models.map((model) => model.name),
    categories: panel.categories,
    categoryOf: panel.categoryOf,
    runs,
    rows: models.flatMap(({ name }) =>
      runs.filter((run) => run.model === name).flatMap((run) => seriesRows(run, panel.ids)),
    ),
  };
}

/** Covariates with the planned future in place of the recorded one. */
function asPlanned(
  { future: _, ...known }: Covariates,
  { events, future }: { readonly events: readonly CalendarEvent[]; readonly future: KnownFuture | undefined },
): Covariates {
  return { ...known, events: [...(known.events ?? []), ...events], ...(future && { future }) };
}

/** One cutoff of a backtest: the data known at it, and the actuals after it. */
interface CutoffData {
  readonly cutoff: Day;
  readonly history: Panel;
  readonly covariates: Covariates;
  readonly actual: Float64Array;
  readonly scales: Float64Array;
}

async function runModel(
  model: ForecastModel,
  { cutoff, history, covariates, actual, scales }: CutoffData,
  options: BacktestOptions,
): Promise<BacktestRun> {
  const { horizon, levels = [], seed = 0, clock, signal, onProgress } = options;
  const start = clock?.() ?? 0;
  try {
    const fitted = await model.fit(history, {
      seed,
      covariates,
      horizon,
      signal,
      onProgress: ({ phase, done, total }) =>
        onProgress?.({ phase: `${model.name} at ${formatDay(cutoff)}: ${phase}`, done, total }),
    });
    const sales = salesForecasts(fitted, { mayBeNegative: hasNegativeUnits(history) });
    const { mean, intervals } = await sales.forecast({ horizon, levels, signal });
    return {
      model: model.name,
      cutoff,
      horizon,
      seriesCount: history.seriesCount,
      actual,
      forecast: mean,
      intervals,
      scales,
      ...(clock && { milliseconds: clock() - start }),
    };
  } catch (error) {
    if (!ForecastError.is(error) || error.code === 'aborted') throw error;
    throw new ForecastError(error.code, `${model.name} at ${formatDay(cutoff)}: ${error.message}`, {
      path: [model.name, formatDay(cutoff), ...error.path],
      hint: error.hint,
      cause: error,
    });
  }
}

function scalesOf(history: Panel): Float64Array {
  const { days, units } = history;
  return Float64Array.from({ length: history.seriesCount }, (_, s) =>
    meanSquaredChange(units.subarray(s * days, (s + 1) * days)),
  );
}

function checkModels(models: readonly ForecastModel[]): void {
  if (models.length === 0) {
    invalidOption('models', 'A backtest needs at least one model');
  }
  const names = new Set<string>();
  models.forEach(({ name }, i) => {
    if (names.has(name)) {
      throw new ForecastError('invalid-option', `Two models are named "${name}"`, { path: ['models', i] });
    }
    names.add(name);
  });
}
