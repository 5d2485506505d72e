import { exp, square } from '../../math/index.js';
import { centredMean, scratchFor, trendHalf } from './centred-mean.js';
import type { StructuralHistory } from './history.js';
import type { LogLinearRows } from './log-linear.js';
import { LEAST_NOISE, type Pooling } from './pooling.js';
import { AFTER, BEFORE, boundedPrice, PRICE, PROMOTION, RESPONSE_COUNT } from './response-columns.js';

/** Rows of a group: those of its series one after the other, each in the order of its steps. */
export interface ResponseRows extends LogLinearRows {
  /** First row of each series, and the end of the last one. */
  readonly starts: readonly number[];
  /** Step of the history of each row. */
  readonly step: Int32Array;
  /** Steps from one row to the next. */
  readonly stride: number;
}

/** Expected sales without responses, with what is needed to correct them for responses left in their trend. */
export interface ExpectedSales {
  /** Units without the responses, series-major; NaN where unknown. */
  readonly units: Float64Array;
  /**
   * Sales whose moving average is the trend of the expected units, series-major; NaN on steps that are left out
   * of it.
   */
  readonly trendOf: Float64Array;
  /**
   * Effects that were removed from those sales, {@link RESPONSE_COUNT} for each series; undefined before any
   * was known.
   */
  readonly removed: Float64Array | undefined;
}

/**
 * Puts the days of series into rows, each series relative to its own mean.
 *
 * The trend of the expected sales is a moving average over half a year, which absorbs the effects of promotions
 * and prices that were not removed. The columns are therefore deviations from their own moving averages, and
 * the moving average of removed effects is added back, so that a single lasting price change is estimated from
 * the days before and after it.
 */
export class ResponseRowBuilder {
  private readonly scratch: Scratch;
  private readonly single: RowSpace;

  constructor(
    private readonly history: StructuralHistory,
    private readonly pooling: Pooling,
    private readonly expected: ExpectedSales,
    private readonly phases: Uint8Array | undefined,
  ) {
    this.scratch = scratchOf(history.steps);
    this.single = rowSpace(history.steps);
  }

  /** Makes the rows of some series. Those of a single one are valid until the next call. */
  rowsOf(members: readonly number[], most: number): ResponseRows {
    const { steps, units, events } = this.history;
    const stride = Math.max(1, Math.ceil((members.length * steps) / most));
    const { step, columns, ...rows } =
      members.length === 1 ? this.single : rowSpace(Math.ceil(steps / stride) * members.length);
    const starts = [0];
    const own = this.scratch;
    let count = 0;
    members.forEach((s, m) => {
      const weight = 1 / (LEAST_NOISE + this.pooling.noise[s]);
      const size = this.pooling.size[s];
      const eventOf = events.of(s);
      this.load(s, own);
      for (let i = m % stride; i < steps; i += stride) {
        const at = s * steps + i;
        const expected = this.expected.units[at] * own.left[i];
        if (Number.isNaN(units[at]) || !(expected > 0) || eventOf[i] >= 0) continue;
        rows.outcome[count] = units[at] / size;
        rows.expected[count] = expected / size;
        rows.weight[count] = weight;
        step[count] = i;
        for (let k = 0; k < RESPONSE_COUNT; k++) columns[k][count] = own.columns[k][i] - own.around[k][i];
        count++;
      }
      starts.push(count);
    });
    return { count, ...rows, columns, starts, step, stride };
  }

  /** Loads the columns of a series, their moving averages, and the bias of these in the expected units. */
  private load(series: number, own: Scratch): void {
    const { price, steps, grid } = this.history;
    const { trendOf, removed } = this.expected;
    const half = trendHalf(grid);
    const base = series * steps;
    for (const column of own.columns) column.fill(0);
    for (let i = 0; i < steps; i++) {
      const phase = this.phases ? this.phases[base + i] : 0;
      if (phase === 1) own.columns[PROMOTION][i] = 1;
      else if (phase === 2) own.columns[AFTER][i] = 1;
      else if (phase === 3) own.columns[BEFORE][i] = 1;
      if (price) own.columns[PRICE][i] = boundedPrice(price.relative[base + i]);
    }
    own.left.fill(0);
    for (let k = 0; k < RESPONSE_COUNT; k++) {
      const column = own.columns[k];
      if (column.every((value) => value === 0)) {
        own.around[k].fill(0);
        continue;
      }
      for (let i = 0; i < steps; i++)
        own.masked[i] = Number.isNaN(trendOf[base + i]) ? Number.NaN : column[i];
      centredMean(own.masked, half, own.around[k], own.means);
      if (!removed) continue;
      const effect = removed[series * RESPONSE_COUNT + k];
      for (let i = 0; i < steps; i++) own.left[i] += effect * own.around[k][i];
    }
    for (let i = 0; i < steps; i++) own.left[i] = exp(own.left[i]);
  }
}

type RowSpace = Pick<ResponseRows, 'outcome' | 'expected' | 'weight' | 'columns' | 'step'>;

function rowSpace(size: number): RowSpace {
  const column = () => new Float64Array(size);
  return {
    outcome: column(),
    expected: column(),
    weight: column(),
    columns: Array.from({ length: RESPONSE_COUNT }, column),
    step: new Int32Array(size),
  };
}

/** Space for the columns of one series. */
interface Scratch {
  readonly columns: readonly Float64Array[];
  readonly around: readonly Float64Array[];
  /** Factor by which effects in the moving average bias the expected units. */
  readonly left: Float64Array;
  readonly masked: Float64Array;
  readonly means: ReturnType<typeof scratchFor>;
}

function scratchOf(steps: number): Scratch {
  const column = () => new Float64Array(steps);
  const columns = () => Array.from({ length: RESPONSE_COUNT }, column);
  return {
    columns: columns(),
    around: columns(),
    left: column(),
    masked: column(),
    means: scratchFor(steps),
  };
}

/**
 * Share of the variation of promotions not explained by prices (and vice versa) below which the two cannot be
 * separated.
 */
const OPEN_SHARE = 0.05;

/** Tells whether promotions varied without prices, and prices without promotions, in the rows of a group. */
export function variedSeparately({ count, columns }: LogLinearRows): boolean {
  const [promotion, price] = [columns[PROMOTION], columns[PRICE]];
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    sumA += promotion[i];
    sumB += price[i];
    squareA += square(promotion[i]);
    squareB += square(price[i]);
    product += promotion[i] * price[i];
  }
  const varianceA = squareA - square(sumA) / count;
  const varianceB = squareB - square(sumB) / count;
  if (!(varianceA > 0) || !(varianceB > 1e-9)) return true;
  const covariance = product - (sumA * sumB) / count;
  return 1 - square(covariance) / (varianceA * varianceB) > OPEN_SHARE;
}
