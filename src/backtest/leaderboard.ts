import { invalidOption } from '../errors.js';
import { coverage } from '../metrics/coverage.js';
import { dieboldMariano } from '../metrics/diebold-mariano.js';
import { relativeError } from '../metrics/pairs.js';
import { type PooledMetrics, pooledMetrics } from '../metrics/pooled-metrics.js';
import { groupWindow, sumSteps, type TestWindow } from '../metrics/test-window.js';
import { topNHitRate } from '../metrics/top-n-hit-rate.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { present } from '../present.js';
import type { BacktestResult, BacktestRun } from './backtest.js';

export interface LeaderboardOptions {
  /** Model that the others are compared with. Default: for each model, the best of the others by WAPE. */
  readonly baseline?: string;
  /** Size of the top list per category. Default 10. */
  readonly topN?: number;
}

const LEADERBOARD_OPTIONS: OptionTable<LeaderboardOptions> = { baseline: 1, topN: 1 };

/** Share of the actuals inside the intervals of one level. */
export interface LevelCoverage {
  readonly level: number;
  readonly coverage: number;
}

/** One model of a comparison; all figures are pooled over cutoffs and series. */
export interface LeaderboardEntry extends PooledMetrics {
  readonly rank: number;
  readonly model: string;
  /** Plain mean over series and cutoffs; series that never changed before the cutoff are left out. */
  readonly rmsseMean: number;
  /** WAPE of the first week's total of each series; the whole horizon if it is shorter. */
  readonly wapeWeek: number;
  /** WAPE of the horizon's total of each series. */
  readonly wapeTotal: number;
  /** WAPE of the horizon's total of each category. */
  readonly wapeCategoryTotal: number;
  /**
   * Mean share, over categories, of the true top list over the horizon that is also in the forecast's top list.
   */
  readonly topHitRate: number;
  readonly coverage: readonly LevelCoverage[];
  /** Share of the series and cutoffs whose absolute error is smaller than the baseline's; ties count half. */
  readonly winRate: number;
  /** Forecast value added: the baseline's WAPE less this one's, so that 0.02 saves two units of error in a hundred sold. */
  readonly valueAdded: number;
  /**
   * Significance of the difference to the baseline, by Diebold and Mariano on the absolute errors of all series day by day;
   * undefined with too few days, such as those of one cutoff, and for the baseline itself.
   */
  readonly pValue?: number;
  /** WAPE of each step of the horizon, the first day first; null where no series was observed. */
  readonly wapeByStep: readonly (number | null)[];
  /** Time of all fits and forecasts, if it was measured. */
  readonly milliseconds?: number;
}

/**
 * The models of a backtest, best first by pooled WAPE.
 *
 * @throws ForecastError `invalid-option` if the baseline is not among the models, `empty-data` if no day of the test
 * windows was observed.
 */
export function leaderboard(result: BacktestResult, options: LeaderboardOptions = {}): LeaderboardEntry[] {
  refuseUnknown(options, LEADERBOARD_OPTIONS);
  const { baseline, topN = 10 } = options;
  if (baseline !== undefined && !result.models.includes(baseline)) {
    const models = result.models.join(', ');
    invalidOption('baseline', `There is no model "${baseline}" in the backtest; its models are ${models}`);
  }
  const entries = result.models.map((model) => entryOf(result, model, topN));
  entries.sort((a, b) => a.wape - b.wape);
  const wapes = new Map(entries.map(({ model, wape }) => [model, wape]));
  return entries.map((entry, i) => {
    const rival = baseline ?? entries.find((other) => other.model !== entry.model)?.model ?? entry.model;
    const significance = rival === entry.model ? undefined : compareLosses(result, entry.model, rival);
    return {
      ...entry,
      rank: i + 1,
      winRate: winRate(result, entry.model, rival),
      valueAdded: present(wapes.get(rival), 'WAPE of the baseline') - entry.wape,
      ...(significance && { pValue: significance.pValue }),
    };
  });
}

function entryOf(
  result: BacktestResult,
  model: string,
  topN: number,
): Omit<LeaderboardEntry, 'rank' | 'winRate' | 'valueAdded'> {
  const { horizon, categories, categoryOf } = result;
  const runs = result.runs.filter((run) => run.model === model);
  const total = [{ from: 0, to: horizon }];
  const week = [{ from: 0, to: Math.min(7, horizon) }];
  const byCategory = runs.map((run) => groupWindow(run, categoryOf, categories.length));
  const times = runs.flatMap((run) => run.milliseconds ?? []);
  return {
    model,
    ...pooledMetrics(runs),
    rmsseMean: meanRmsse(result, model),
    wapeWeek: wapeOf(runs.map((run) => sumSteps(run, week))),
    wapeTotal: wapeOf(runs.map((run) => sumSteps(run, total))),
    wapeCategoryTotal: wapeOf(byCategory.map((window) => sumSteps(window, total))),
    topHitRate: meanTopHitRate(
      runs.map((run) => sumSteps(run, total)),
      categoryOf,
      topN,
    ),
    coverage: coverageOf(runs),
    wapeByStep: wapeByStep(runs, horizon),
    ...(times.length > 0 && { milliseconds: times.reduce((sum, time) => sum + time, 0) }),
  };
}

/** Sums of absolute errors and of actuals over all series, for each step of a window. */
function stepSums({ horizon, seriesCount, actual, forecast }: TestWindow) {
  const errors = new Float64Array(horizon);
  const sales = new Float64Array(horizon);
  const observed = new Int32Array(horizon);
  for (let i = 0; i < seriesCount * horizon; i++) {
    if (Number.isNaN(actual[i])) continue;
    errors[i % horizon] += Math.abs(forecast[i] - actual[i]);
    sales[i % horizon] += Math.abs(actual[i]);
    observed[i % horizon]++;
  }
  return { errors, sales, observed };
}

function wapeByStep(runs: readonly BacktestRun[], horizon: number): (number | null)[] {
  const sums = runs.map(stepSums);
  return Array.from({ length: horizon }, (_, h) => {
    const total = (pick: (sum: (typeof sums)[number]) => ArrayLike<number>) =>
      sums.reduce((all, sum) => all + pick(sum)[h], 0);
    const nothing = total(({ observed }) => observed) === 0;
    return nothing
      ? null
      : relativeError(
          total(({ errors }) => errors),
          total(({ sales }) => sales),
        );
  });
}

/** Tests the daily losses of two models, over all cutoffs in order. */
function compareLosses(result: BacktestResult, model: string, rival: string) {
  const lossesOf = (name: string) =>
    result.runs
      .filter((run) => run.model === name)
      .sort((a, b) => a.cutoff - b.cutoff)
      .flatMap((run) => {
        const { errors, observed } = stepSums(run);
        return Array.from(errors, (error, h) => (observed[h] > 0 ? error : Number.NaN));
      });
  return dieboldMariano(lossesOf(model), lossesOf(rival), { horizon: result.horizon });
}

function wapeOf(windows: readonly TestWindow[]): number {
  return pooledMetrics(windows).wape;
}

/** Plain mean of the RMSSE of all rows; 0 if no series ever changed. */
function meanRmsse(result: BacktestResult, model: string): number {
  const scaleOf = new Map(result.runs.map((run) => [run.cutoff, run.scales]));
  let sum = 0;
  let count = 0;
  for (const row of result.rows) {
    if (row.model !== model || !((scaleOf.get(row.cutoff)?.[row.series] ?? 0) > 0)) continue;
    sum += row.rmsse;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Mean over cutoffs and categories; windows hold one total per series. */
export function meanTopHitRate(
  windows: readonly TestWindow[],
  categoryOf: ArrayLike<number>,
  topN: number,
): number {
  let sum = 0;
  let count = 0;
  for (const { actual, forecast } of windows) {
    const members = new Map<number, number[]>();
    actual.forEach((value, s) => {
      if (Number.isNaN(value)) return;
      const category = members.get(categoryOf[s]);
      if (category) category.push(s);
      else members.set(categoryOf[s], [s]);
    });
    for (const series of members.values()) {
      sum += topNHitRate(
        series.map((s) => actual[s]),
        series.map((s) => forecast[s]),
        topN,
      );
      count++;
    }
  }
  return sum / count;
}

function coverageOf(runs: readonly BacktestRun[]): LevelCoverage[] {
  return runs[0].intervals.map(({ level }, k) => {
    let inside = 0;
    let observed = 0;
    for (const { actual, intervals } of runs) {
      const count = actual.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
      if (count === 0) continue;
      inside += count * coverage(actual, intervals[k].lower, intervals[k].upper);
      observed += count;
    }
    return { level, coverage: inside / observed };
  });
}

function winRate(result: BacktestResult, model: string, rival: string): number {
  const errorOf = new Map<string, number>();
  for (const row of result.rows) {
    if (row.model === rival) errorOf.set(`${row.cutoff} ${row.series}`, row.mae);
  }
  let wins = 0;
  let count = 0;
  for (const row of result.rows) {
    if (row.model !== model) continue;
    const other = errorOf.get(`${row.cutoff} ${row.series}`) as number;
    wins += row.mae < other ? 1 : row.mae === other ? 0.5 : 0;
    count++;
  }
  return wins / count;
}

/** Formats a leaderboard as a plain-text table, one line per model. */
export function formatLeaderboard(entries: readonly LeaderboardEntry[]): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const levels = entries[0]?.coverage.map(({ level }) => level) ?? [];
  const timed = entries.some((entry) => entry.milliseconds !== undefined);
  const header = [
    '',
    'model',
    'accuracy',
    'WAPE',
    'week',
    'total',
    'category',
    'bias',
    'RMSSE',
    'top hits',
    'wins',
    'value added',
    'p',
  ];
  const rows = entries.map((entry) => [
    String(entry.rank),
    entry.model,
    percent(entry.accuracy),
    percent(entry.wape),
    percent(entry.wapeWeek),
    percent(entry.wapeTotal),
    percent(entry.wapeCategoryTotal),
    percent(entry.bias),
    entry.rmsseMean.toFixed(3),
    percent(entry.topHitRate),
    percent(entry.winRate),
    percent(entry.valueAdded),
    entry.pValue === undefined ? '' : entry.pValue.toFixed(3),
    ...entry.coverage.map(({ coverage: share }) => percent(share)),
    ...(timed ? [`${((entry.milliseconds ?? 0) / 1000).toFixed(2)} s`] : []),
  ]);
  const titles = [
    ...header,
    ...levels.map((level) => `in ${Number((100 * level).toFixed(2))} %`),
    ...(timed ? ['time'] : []),
  ];
  return alignedTable([titles, ...rows]);
}

/** Columns padded to their widest cell: the first two to the left, figures to the right. */
function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
