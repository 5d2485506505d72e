import type { FeatureMatrix } from '../../features/matrix.js';
import type { Progress } from '../../long-call.js';
import { createRandom } from '../../random.js';
import { type BinnedMatrix, type BinningOptions, binFeatures } from '../boosting/binning.js';
import type { FeatureSources } from './feature-context.js';
import { DIRECT_FEATURES } from './feature-names.js';
import { FeatureWriter } from './feature-writer.js';
import type { SalesHistory } from './grid.js';
import type { History } from './history.js';
import { levelAt, spansOf, type TargetBases } from './levels.js';

/** Which rows to make: targets `fromStep` to `toStep` steps after anchors of the last `lookback` steps. */
export interface RowPlan {
  readonly fromStep: number;
  readonly toStep: number;
  readonly lookback: number;
  /** About as many rows are drawn, unless there are fewer. */
  readonly mostRows: number;
  readonly seed: number;
  readonly binning: BinningOptions;
}

/** Rows to learn from: a series, an anchor and a target each. */
export interface DirectRows {
  readonly features: FeatureMatrix;
  /** The same in bins. */
  readonly binned: BinnedMatrix;
  /** Whether they are all that there are, and count as their level says; else they were drawn that often. */
  readonly weighted: boolean;
  /** Sales of the target. */
  readonly values: Float64Array;
  /** Step of the target. */
  readonly targets: Int32Array;
  readonly bases: { readonly [Base in keyof TargetBases]: Float64Array };
}

/**
 * Anchors are whole weeks before the cutoff, so that each step falls on the weekday that it will fall on. Errors of ratios
 * are to weigh about as much as they do in units: of more rows than are wanted, each is drawn as often as its level says,
 * perhaps more than once, and then none needs a weight.
 */
export function* directRows(
  sales: SalesHistory,
  sources: FeatureSources,
  plan: RowPlan,
): Generator<Progress, DirectRows, void> {
  const { steps, seriesCount, categoryOf } = sales;
  const { fromStep, toStep, mostRows } = plan;
  const ends = anchorEnds(sales, plan);
  const spans = spansOf(sales.grid);
  const levelOf = (history: History, end: number) => (history.first < end ? levelAt(history, end, spans) : 0);
  let [possible, levels] = [0, 0];
  for (let s = 0; s < seriesCount; s++) {
    const { history } = sources.of(s).series;
    for (const end of ends) {
      const level = levelOf(history, end);
      const count = level > 0 ? Math.min(toStep, steps - end) - fromStep + 1 : 0;
      possible += count;
      levels += count * level;
    }
    yield { phase: 'anchors', done: s + 1, total: seriesCount };
  }
  const weighted = possible <= mostRows;
  const random = createRandom(plan.seed, fromStep);
  const table = new RowTable(weighted ? possible : Math.ceil(1.05 * mostRows + 1000));
  const writer = new FeatureWriter(sales, 0, sources.kinds);
  for (let s = 0; s < seriesCount; s++) {
    const own = sources.of(s);
    const { history } = own.series;
    for (const end of ends) {
      const level = levelOf(history, end);
      if (level === 0) continue;
      const expected = (mostRows * level) / levels;
      let started = false;
      for (let step = fromStep; step <= toStep && end - 1 + step < steps; step++) {
        const value = history.at(end - 1 + step);
        const copies = weighted ? 1 : Math.floor(expected + random.uniform());
        if (copies === 0 || Number.isNaN(value) || table.full) continue;
        if (!started) writer.startAnchor(own, end, s, categoryOf[s]);
        started = true;
        const bases = writer.write(step, table.columns, table.rows);
        table.add(value, end - 1 + step, bases, copies);
      }
    }
    yield { phase: 'rows', done: s + 1, total: seriesCount };
  }
  return yield* table.finish(weighted, plan.binning);
}

/** Steps known at each anchor, the latest first; the first week of a history is no anchor. */
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
  readonly columns: Float32Array[];
  private readonly values: Float64Array;
  private readonly targets: Int32Array;
  private readonly bases: { readonly [Base in keyof TargetBases]: Float64Array };

  constructor(private readonly capacity: number) {
    this.columns = DIRECT_FEATURES.map(() => new Float32Array(capacity));
    this.values = new Float64Array(capacity);
    this.targets = new Int32Array(capacity);
    this.bases = {
      level: new Float64Array(capacity),
      weekday: new Float64Array(capacity),
      season: new Float64Array(capacity),
    };
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  /** Adds what belongs to the features that were just written at row {@link rows}, so many times. */
  add(value: number, target: number, bases: TargetBases, copies: number): void {
    const first = this.rows;
    for (; copies > 0 && !this.full; copies--) {
      const row = this.rows++;
      this.values[row] = value;
      this.targets[row] = target;
      this.bases.level[row] = bases.level;
      this.bases.weekday[row] = bases.weekday;
      this.bases.season[row] = bases.season;
      if (row === first) continue;
      for (const column of this.columns) column[row] = column[first];
    }
  }

  *finish(weighted: boolean, binning: BinningOptions): Generator<Progress, DirectRows, void> {
    const { rows, values, targets, bases } = this;
    const columns = this.columns.map((column) => column.subarray(0, rows));
    const features = { rows, columns, names: DIRECT_FEATURES };
    const binned = yield* binFeatures(features, binning);
    return { features, binned, weighted, values, targets, bases };
  }
}
