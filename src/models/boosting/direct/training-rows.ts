import type { Progress } from '../../../long-call.js';
import { createRandom, mix, streamOf } from '../../../random.js';
import { lastSales } from '../../structural/last-sales.js';
import type { ExtraFeatures } from './extra-features.js';
import type { FeatureSources } from './feature-context.js';
import { FeatureWriter } from './feature-writer.js';
import { FEATURE_NAMES } from './features.js';
import type { History } from './history.js';
import { importanceOf } from './importance.js';
import type { SalesHistory } from './sales-history.js';
import { type TargetBases, targetBases } from './target-bases.js';

/** Rows to make: targets `fromStep` to `toStep` steps after anchors of the last `lookback` steps. */
export interface RowPlan {
  readonly fromStep: number;
  readonly toStep: number;
  readonly lookback: number;
  /** Approximate limit, to which more rows are sampled down. */
  readonly mostRows: number;
  readonly seed: number;
  /** Names of the series: the sample of each depends on its own name, not on its place. */
  readonly ids: readonly string[];
}

/** Training rows, each for a series, an anchor and a target. */
export interface DirectRows {
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  readonly names: readonly string[];
  /** Indices of columns whose values are categories. */
  readonly categorical: readonly number[];
  /** Sales of the target. */
  readonly values: Float64Array;
  /** Step of the target. */
  readonly targets: Int32Array;
  /** Random number of the row, from which samples are drawn. */
  readonly draws: Uint32Array;
  readonly bases: TargetBases;
  /** Weight of the squared error of the ratio of each target to its level. */
  readonly importance: Float64Array;
}

/** A sample of the rows, from which a booster learns. */
export interface RowSample {
  readonly seed: number;
  /** Random stream of the sample. */
  readonly stream: number;
  /** Approximate limit, to which more rows are sampled down. */
  readonly mostRows: number;
  /** Only rows whose target lies before this step. */
  readonly targetsBefore: number;
}

/**
 * Makes training rows. Anchors are whole weeks before the cutoff, so that each step has the weekday that it
 * will have in the forecast.
 */
export function* directRows(
  sales: SalesHistory,
  sources: FeatureSources,
  plan: RowPlan,
): Generator<Progress, DirectRows, void> {
  const { steps, seriesCount, categoryOf } = sales;
  const anchors = anchorEnds(sales, plan);
  const streams = plan.ids.map((id) => streamOf(`${plan.fromStep} ${id}`));
  const mostStream = (plan.mostRows / ROWS_OF_SERIES / seriesCount) * TWO_32;
  const firstSales = Int32Array.from(streams, (stream, s) =>
    stream < mostStream ? firstSaleOf(sales, s) : steps,
  );
  yield { phase: 'rows', done: 0, total: seriesCount };
  const ends = yield* lastSales(sales);
  const possible = possibleRows(plan, anchors, firstSales, ends);
  const share = Math.min(1, plan.mostRows / Math.max(1, possible));
  const capacity = Math.ceil(Math.min(possible, 1.05 * share * possible + 1000));
  const table = new RowTable(capacity, sources.extras);
  const writer = new FeatureWriter(sales, 0, sources.extras, plan.toStep - plan.fromStep + 1);
  const picked: number[] = [];
  const draws: number[] = [];
  for (let s = 0; s < seriesCount; s++) {
    if (firstSales[s] === steps) continue;
    const own = sources.of(s);
    const { history } = own.series;
    const random = createRandom(plan.seed, streams[s]);
    for (const end of anchors) {
      if (firstSales[s] >= end) continue;
      picked.length = 0;
      draws.length = 0;
      let level = Number.NaN;
      for (let step = plan.fromStep; step <= plan.toStep && end - 1 + step < ends[s]; step++) {
        const draw = random.uint32();
        if (draw >= share * TWO_32 || Number.isNaN(history.at(end - 1 + step))) continue;
        if (Number.isNaN(level)) level = writer.startAnchor(own, end, s, categoryOf[s]);
        if (level === 0 || table.rows + picked.length === table.capacity) break;
        picked.push(step);
        draws.push(draw);
      }
      if (picked.length > 0) {
        table.add(history, end, picked, draws, writer, importanceOf(sources.pooling, s, level));
      }
    }
    yield { phase: 'rows', done: s + 1, total: seriesCount };
  }
  return table.finish();
}

/** Numbers of the rows of a sample. */
export function sampleRows(
  { rows, targets, draws }: DirectRows,
  { seed, stream, mostRows, targetsBefore }: RowSample,
): Uint32Array {
  let allowed = 0;
  for (let i = 0; i < rows; i++) if (targets[i] < targetsBefore) allowed++;
  const share = mostRows / Math.max(1, allowed);
  const salt = createRandom(seed, 1000 + stream).uint32();
  const picked = new Uint32Array(allowed);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (targets[i] < targetsBefore && mix(draws[i] ^ salt) >>> 0 < share * TWO_32) picked[count++] = i;
  }
  return picked.subarray(0, count);
}

const TWO_32 = 2 ** 32;

/** Rows of a series on average; where there were fewer, rows are taken of some series only, as rows of one share work. */
const ROWS_OF_SERIES = 16;

/** Step of the first sale of a series; the length if there is none. */
function firstSaleOf({ units, steps }: SalesHistory, series: number): number {
  let first = 0;
  while (first < steps && !(units[series * steps + first] > 0)) first++;
  return first;
}

/** Number of possible rows, without series that never sold and days after the ends. */
function possibleRows(
  { fromStep, toStep }: RowPlan,
  anchors: readonly number[],
  firstSales: Int32Array,
  ends: Int32Array,
): number {
  let rows = 0;
  firstSales.forEach((first, s) => {
    for (const end of anchors) {
      if (first < end) rows += Math.max(0, Math.min(toStep, ends[s] - end) - fromStep + 1);
    }
  });
  return rows;
}

/** Steps known at each anchor, the latest first; none in the first week of the history. */
function anchorEnds(sales: SalesHistory, plan: RowPlan): number[] {
  const { steps, grid } = sales;
  const earliest = Math.max(grid.week, steps - plan.lookback);
  const ends: number[] = [];
  for (let end = steps - grid.week; end >= earliest; end -= grid.week) {
    if (end - 1 + plan.fromStep < steps) ends.push(end);
  }
  return ends;
}

class RowTable {
  rows = 0;
  private readonly columns: Float32Array[];
  private readonly values: Float64Array;
  private readonly targets: Int32Array;
  private readonly draws: Uint32Array;
  private readonly bases: TargetBases;
  private readonly importance: Float64Array;

  constructor(
    readonly capacity: number,
    private readonly extras: ExtraFeatures,
  ) {
    this.columns = [...FEATURE_NAMES, ...extras.names].map(() => new Float32Array(capacity));
    this.values = new Float64Array(capacity);
    this.targets = new Int32Array(capacity);
    this.draws = new Uint32Array(capacity);
    this.bases = targetBases(capacity);
    this.importance = new Float64Array(capacity);
  }

  /** Adds the rows of an anchor that the writer has begun. */
  add(
    history: History,
    end: number,
    steps: readonly number[],
    draws: readonly number[],
    writer: FeatureWriter,
    importance: number,
  ): void {
    writer.write(steps, this.columns, this.bases, this.rows);
    for (const [i, step] of steps.entries()) {
      const target = end - 1 + step;
      this.draws[this.rows] = draws[i];
      this.importance[this.rows] = importance;
      this.values[this.rows] = history.at(target);
      this.targets[this.rows++] = target;
    }
  }

  finish(): DirectRows {
    const { rows, columns, values, targets, draws, bases, importance, extras } = this;
    return {
      rows,
      names: [...FEATURE_NAMES, ...extras.names],
      categorical: extras.categorical.map((index) => FEATURE_NAMES.length + index),
      columns: columns.map((column) => column.subarray(0, rows)),
      values: values.subarray(0, rows),
      targets: targets.subarray(0, rows),
      draws: draws.subarray(0, rows),
      bases,
      importance: importance.subarray(0, rows),
    };
  }
}
