import type { Day } from '../calendar/day.js';
import { checkWholeNumber, invalidOption } from '../errors.js';
import type { PanelForecast } from '../models/contract.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { numberAt } from '../present.js';
import { checkActuals, checkForecast, checkOptions } from './accuracy-checks.js';
import { type AccuracyMonitorState, decodeState, encodeState } from './accuracy-state.js';
import { type DayForecast, type DayLedger, emptyLedger, enterForecast, scoreDay } from './day-ledger.js';
import { type AccuracySummary, addSums, emptySums, type ScoreSums, summarizeSums } from './score-sums.js';

export interface AccuracyMonitorOptions {
  /** Last step of each group of horizons: `[7, 30]` keeps apart days 1 to 7 and 8 to 30 ahead. Default `[7, 30]`. */
  readonly horizons?: readonly number[];
  /** Days for which later corrections of actuals still count. Default 7. */
  readonly correctionDays?: number;
  /** Days whose scores are kept. Default 731, two years. */
  readonly keepDays?: number;
}

const ACCURACY_MONITOR_OPTIONS: OptionTable<AccuracyMonitorOptions> = {
  horizons: 1,
  correctionDays: 1,
  keepDays: 1,
};

/** A forecast as it was issued. */
export interface IssuedForecast {
  /** Version of the model. */
  readonly version: string;
  /** Id of each series of the forecast. */
  readonly ids: readonly string[];
  readonly forecast: PanelForecast;
  /** Level of the interval whose coverage is watched. Default: the first one. */
  readonly level?: number;
}

/** Selection of scores to summarise; all by default. */
export interface AccuracyQuery {
  readonly version?: string;
  /** Last step of a group of horizons, as in the options. */
  readonly horizon?: number;
  /** First and last day that was forecast, both included. */
  readonly from?: Day;
  readonly to?: Day;
}

/** Accuracy over a range of days, both ends included. */
export interface AccuracyPoint extends AccuracySummary {
  readonly from: Day;
  readonly to: Day;
}

/** Accuracy as actuals arrive. Made by {@link createAccuracyMonitor}. */
export interface AccuracyMonitor {
  /**
   * Keeps a forecast until its days have passed. One of the same version and cutoff replaces the earlier one.
   *
   * @throws ForecastError `invalid-data` for ids, means or bounds of inconsistent lengths or that are not
   *   finite.
   */
  recordForecast(issued: IssuedForecast): void;
  /**
   * Records the units sold on one day, 0 where nothing was sold. A day may be recorded in parts and repeatedly;
   * a later value corrects an earlier one. Returns false, without any change, if the day was closed already.
   *
   * @throws ForecastError `invalid-data` for different lengths or infinite units; NaN is not observed.
   */
  recordActuals(actuals: {
    readonly day: Day;
    readonly ids: readonly string[];
    readonly units: ArrayLike<number>;
  }): boolean;
  accuracy(query?: AccuracyQuery): AccuracySummary;
  /** Accuracy of consecutive ranges of days, oldest first; ranges without observations are left out. */
  overTime(everyDays: number, query?: AccuracyQuery): readonly AccuracyPoint[];
  /** Versions with a score, in order of code units. */
  versions(): readonly string[];
  readonly horizons: readonly number[];
  /** Plain data, to be stored. */
  toJSON(): AccuracyMonitorState;
}

/** Scores of one version, group of horizons and day. */
interface Score {
  readonly version: string;
  readonly horizon: number;
  readonly day: Day;
  readonly sums: ScoreSums;
}

/**
 * Measures forecasts against actuals as they arrive, by version, horizon and time.
 *
 * ```ts
 * import { type PanelForecast } from 'commerce-forecast';
 * import { createAccuracyMonitor } from 'commerce-forecast/monitoring';
 *
 * declare const forecast: PanelForecast; // of two products, from day 19783
 * const monitor = createAccuracyMonitor();
 * monitor.recordForecast({ version: 'retail@3', ids: ['tea', 'coffee'], forecast });
 * monitor.recordActuals({ day: 19_783, ids: ['tea', 'coffee'], units: [12, 40] });
 * const { accuracy, coverage } = monitor.accuracy({ version: 'retail@3', horizon: 7 });
 * ```
 *
 * @param state - Result of an earlier `toJSON()`; the options must be the same.
 * @throws ForecastError `invalid-option` for a wrong option, `invalid-data` for an invalid state.
 */
export function createAccuracyMonitor(
  options: AccuracyMonitorOptions = {},
  state?: AccuracyMonitorState,
): AccuracyMonitor {
  refuseUnknown(options, ACCURACY_MONITOR_OPTIONS);
  const { horizons = [7, 30], correctionDays = 7, keepDays = 731 } = options;
  checkOptions(horizons, correctionDays, keepDays);
  const open = new Map<Day, DayLedger>();
  const closed = new Map<string, Score>();
  let newestDay = Number.NEGATIVE_INFINITY;
  if (state !== undefined) {
    const decoded = decodeState(state);
    for (const [day, ledger] of decoded.open) open.set(day, ledger);
    for (const score of decoded.closed) closed.set(scoreKey(score), score);
    newestDay = decoded.newestDay;
  }

  const isClosed = (day: Day) => day < newestDay - correctionDays;

  function ledgerOf(day: Day): DayLedger {
    let ledger = open.get(day);
    if (ledger === undefined) {
      ledger = emptyLedger();
      open.set(day, ledger);
    }
    return ledger;
  }

  function* scoresOf(day: Day, ledger: DayLedger): Generator<Score> {
    for (const { forecast, sums } of scoreDay(ledger)) {
      const horizon = horizons.find((last) => day - forecast.cutoffDay <= last);
      if (horizon !== undefined) yield { version: forecast.version, horizon, day, sums };
    }
  }

  /** Scores the days that can no longer be corrected, and drops their forecasts and actuals. */
  function closeOldDays(): void {
    for (const [day, ledger] of open) {
      if (!isClosed(day)) continue;
      for (const score of scoresOf(day, ledger)) {
        const known = closed.get(scoreKey(score));
        if (known === undefined) closed.set(scoreKey(score), score);
        else addSums(known.sums, score.sums);
      }
      open.delete(day);
    }
    for (const [key, { day }] of closed) if (day <= newestDay - keepDays) closed.delete(key);
  }

  function* allScores({ version, horizon, from, to }: AccuracyQuery = {}): Generator<Score> {
    if (horizon !== undefined && !horizons.includes(horizon)) {
      invalidOption('horizon', `${horizon} is not one of the horizons ${horizons.join(', ')}`);
    }
    const wanted = (score: Score) =>
      (version === undefined || score.version === version) &&
      (horizon === undefined || score.horizon === horizon) &&
      (from === undefined || score.day >= from) &&
      (to === undefined || score.day <= to);
    for (const score of closed.values()) if (wanted(score)) yield score;
    for (const [day, ledger] of open)
      for (const score of scoresOf(day, ledger)) if (wanted(score)) yield score;
  }

  return {
    horizons,
    recordForecast(issued) {
      const lastHorizon = horizons.at(-1) ?? 0;
      for (const { day, forecast } of daysOf(issued, lastHorizon)) {
        if (!isClosed(day)) enterForecast(ledgerOf(day), forecast);
      }
    },
    recordActuals({ day, ids, units }) {
      checkActuals(day, ids, units);
      if (isClosed(day)) return false;
      const { actuals } = ledgerOf(day);
      for (const [i, id] of ids.entries()) {
        const sold = numberAt(units, i);
        if (Number.isNaN(sold)) actuals.delete(id);
        else actuals.set(id, sold);
      }
      newestDay = Math.max(newestDay, day);
      closeOldDays();
      return true;
    },
    accuracy(query) {
      const sums = emptySums();
      for (const score of allScores(query)) addSums(sums, score.sums);
      return summarizeSums(sums);
    },
    overTime(everyDays, query) {
      checkWholeNumber('everyDays', everyDays);
      const stretches = new Map<number, ScoreSums>();
      for (const { day, sums } of allScores(query)) {
        const stretch = Math.floor(day / everyDays);
        const into = stretches.get(stretch) ?? emptySums();
        addSums(into, sums);
        stretches.set(stretch, into);
      }
      return [...stretches]
        .sort(([a], [b]) => a - b)
        .map(([stretch, sums]) => {
          const from = stretch * everyDays;
          return { from, to: from + everyDays - 1, ...summarizeSums(sums) };
        });
    },
    versions: () => [...new Set(Array.from(allScores(), ({ version }) => version))].sort(),
    toJSON: () =>
      encodeState({
        open,
        closed: closed.values(),
        newestDay,
      }),
  };
}

function scoreKey({ version, horizon, day }: Score): string {
  return `${day} ${horizon} ${version}`;
}

/** The days of a forecast up to a step, each with its own columns. */
function* daysOf(
  { version, ids, forecast, level }: IssuedForecast,
  lastStep: number,
): Generator<{ day: Day; forecast: DayForecast }> {
  const { startDay, horizon, seriesCount, mean, intervals } = forecast;
  const interval = level === undefined ? intervals[0] : intervals.find((one) => one.level === level);
  checkForecast(ids, forecast, level, interval);
  // One copy for all days, as the caller may change the list.
  const ownIds = [...ids];
  for (let step = 0; step < Math.min(horizon, lastStep); step++) {
    const column = (values: Float64Array) => {
      const picked = new Float64Array(seriesCount);
      for (let s = 0; s < seriesCount; s++) picked[s] = numberAt(values, s * horizon + step);
      return picked;
    };
    const bounds = interval && {
      interval: { level: interval.level, lower: column(interval.lower), upper: column(interval.upper) },
    };
    const day = startDay + step;
    yield { day, forecast: { version, cutoffDay: startDay - 1, ids: ownIds, mean: column(mean), ...bounds } };
  }
}
