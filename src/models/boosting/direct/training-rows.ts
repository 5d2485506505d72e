import type { Progress } from '../../../long-call.js';
import { createRandom } from '../../../random.js';
import type { FeatureSources } from './feature-context.js';
import { DIRECT_FEATURES } from './feature-names.js';
import { FeatureWriter } from './feature-writer.js';
import type { SalesHistory } from './grid.js';
import type { TargetBases } from './levels.js';

/** Which rows to make: targets `fromStep` to `toStep` steps after anchors of the last `lookback` steps. */
export interface RowPlan {
  readonly fromStep: number;
  readonly toStep: number;
  readonly lookback: number;
  /** More rows than this are sampled down to about as many. */
  readonly mostRows: number;
  readonly seed: number;
}

/** Rows to learn from: a series, an anchor and a target each. */
export interface DirectRows {
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  /** Sales of the target. */
  readonly values: Float64Array;
  /** Step of the target. */
  readonly targets: Int32Array;
  readonly bases: { readonly [Base in keyof TargetBases]: Float64Array };
}

/** Anchors are whole weeks before the cutoff, so that each step falls on the weekday that it will fall on. */
export function* directRows(
  sales: SalesHistory,
  sources: FeatureSources,
  plan: RowPlan,
): Generator<Progress, DirectRows, void> {
  const { steps, seriesCount, categoryOf } = sales;
  const ends = anchorEnds(sales, plan);
  const possible =
    seriesCount * ends.reduce((sum, end) => sum + Math.min(plan.toStep, steps - end) - plan.fromStep + 1, 0);
  const share = Math.min(1, plan.mostRows / Math.max(1, possible));
  const random = createRandom(plan.seed, plan.fromStep);
  const table = new RowTable(Math.ceil(Math.min(possible, 1.05 * share * possible + 1000)));
  const writer = new FeatureWriter(sales, 0, sources.kinds);
  for (let s = 0; s < seriesCount; s++) {
    const own = sources.of(s);
    const { history } = own.series;
    for (const end of ends) {
      if (history.first >= end) continue;
      let level = Number.NaN;
      for (let step = plan.fromStep; step <= plan.toStep && end - 1 + step < steps; step++) {
        const value = history.at(end - 1 + step);
        if ((share < 1 && random.uniform() >= share) || Number.isNaN(value)) continue;
        if (Number.isNaN(level)) level = writer.startAnchor(own, end, s, categoryOf[s]);
        if (level === 0 || table.full) break;
        table.add(value, end - 1 + step, writer.write(step, table.columns, table.rows));
      }
    }
    yield { phase: 'rows', done: s + 1, total: seriesCount };
  }
  return table.finish();
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

  /** Adds what belongs to the features that were just written at row {@link rows}. */
  add(value: number, target: number, bases: TargetBases): void {
    const row = this.rows++;
    this.values[row] = value;
    this.targets[row] = target;
    this.bases.level[row] = bases.level;
    this.bases.weekday[row] = bases.weekday;
    this.bases.season[row] = bases.season;
  }

  finish(): DirectRows {
    const { rows, columns, values, targets, bases } = this;
    return {
      rows,
      columns: columns.map((column) => column.subarray(0, rows)),
      values: values.subarray(0, rows),
      targets: targets.subarray(0, rows),
      bases,
    };
  }
}
