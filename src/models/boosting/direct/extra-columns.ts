import type { Day } from '../../../calendar/day.js';
import { ForecastError } from '../../../errors.js';
import { attributeOf, type Panel } from '../../../panel/panel.js';
import { SeriesTargets } from '../../../panel/series-targets.js';
import type { Covariates, PastOnlySeries, ProductAttributes } from '../../contract.js';
import type { StepGrid } from '../../step-grid.js';

/** Columns that covariates add to the features: known up to the anchor, or attributes that never change. */
export interface ExtraColumns {
  readonly pastOnly: readonly PastColumn[];
  readonly attributes: readonly AttributeColumn[];
}

/** A column that becomes known step by step. */
export interface PastColumn {
  readonly name: string;
  /** Step of the first value of each row, in the numbering of the history. */
  readonly firstStep: number;
  /** Row of each series, -1 for none. */
  readonly rowOf: Int32Array;
  /** Row-major values, NaN where missing. */
  readonly rows: Float32Array;
  readonly rowLength: number;
}

/** An attribute as numbers: one for each value, -1 where unknown. */
export interface AttributeColumn {
  readonly name: string;
  readonly valueOf: Int32Array;
}

export const NO_EXTRAS: ExtraColumns = { pastOnly: [], attributes: [] };

/** Most distinct values of an attribute, a limit of the engine. */
export const MOST_VALUES = 255;

/** Weeks before the cutoff that features of a past-only column use: four, and one more. */
const REACH_WEEKS = 5;

/**
 * Converts covariates to columns.
 *
 * @throws ForecastError `invalid-data` for a malformed column or product.
 */
export function extraColumns(
  panel: Panel,
  { pastOnly = [], static: products = [] }: Covariates,
  grid: StepGrid,
): ExtraColumns {
  const names = [...new Set(pastOnly.map(({ name }) => name))].sort();
  pastOnly.forEach(checkColumn);
  const targets = new SeriesTargets(panel);
  return {
    pastOnly: names.map((name) =>
      pastColumn(
        name,
        pastOnly.filter((one) => one.name === name),
        panel,
        targets,
        grid,
      ),
    ),
    attributes: attributeColumns(products, panel),
  };
}

/** The part of the columns that features use at the cutoff, with steps numbered from `from`. */
export function tailOfExtras(
  extras: ExtraColumns,
  steps: number,
  from: number,
  grid: StepGrid,
): ExtraColumns {
  const kept = Math.min(steps, REACH_WEEKS * grid.week);
  return {
    attributes: extras.attributes,
    pastOnly: extras.pastOnly.map(({ name, rowOf, rows, rowLength }) => {
      const count = rows.length / rowLength;
      const tail = new Float32Array(count * kept);
      for (let row = 0; row < count; row++) {
        tail.set(rows.subarray((row + 1) * rowLength - kept, (row + 1) * rowLength), row * kept);
      }
      return { name, rowOf, rows: tail, rowLength: kept, firstStep: steps - kept - from };
    }),
  };
}

function pastColumn(
  name: string,
  given: readonly PastOnlySeries[],
  panel: Panel,
  targets: SeriesTargets,
  grid: StepGrid,
): PastColumn {
  const detail = ({ scope = {} }: PastOnlySeries) =>
    Object.values(scope).filter((value) => value !== undefined).length;
  const inOrder = [...given].sort((a, b) => detail(a) - detail(b));
  const rows = new Float32Array(inOrder.length * panel.days);
  const rowOf = new Int32Array(panel.seriesCount).fill(-1);
  inOrder.forEach((one, row) => {
    fillSteps(one, panel.startDay, grid, rows.subarray(row * panel.days, (row + 1) * panel.days));
    // The more specific scope takes precedence.
    for (const series of targets.seriesOf(one.scope ?? {})) rowOf[series] = row;
  });
  return { name, firstStep: 0, rowOf, rows, rowLength: panel.days };
}

/** The mean of the days of each step, the last of which dates it. */
function fillSteps(
  { startDay, values }: PastOnlySeries,
  firstDay: Day,
  { stepDays }: StepGrid,
  out: Float32Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const last = firstDay + i * stepDays - startDay;
    let sum = 0;
    let count = 0;
    for (let at = last - stepDays + 1; at <= last; at++) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    out[i] = count > 0 ? sum / count : Number.NaN;
  }
}

function attributeColumns(products: readonly ProductAttributes[], panel: Panel): AttributeColumn[] {
  const names = new Set<string>();
  const byProduct = new Map<string, ProductAttributes>();
  products.forEach((product, i) => {
    if (typeof product.productId !== 'string') wrong('static', i, 'productId');
    for (const [name, value] of Object.entries(product)) {
      if (value !== undefined && typeof value !== 'string') wrong('static', i, name);
      if (name !== 'productId') names.add(name);
    }
    byProduct.set(product.productId, { ...byProduct.get(product.productId), ...product });
  });
  const productOf = attributeOf(panel, 'product') ?? ((series: number) => panel.ids[series]);
  const bySeries = panel.ids.map((id, s) => byProduct.get(productOf(s) ?? id));
  return [...names].sort().map((name) => ({ name, valueOf: numbered(bySeries.map((one) => one?.[name])) }));
}

/** Numbers values, the most frequent first; rare ones beyond {@link MOST_VALUES} count as unknown. */
function numbered(values: readonly (string | undefined)[]): Int32Array {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  const order = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MOST_VALUES);
  const numbers = new Map(order.map(([value], i) => [value, i]));
  return Int32Array.from(values, (value) => (value === undefined ? -1 : (numbers.get(value) ?? -1)));
}

function checkColumn({ name, startDay, values }: PastOnlySeries, i: number): void {
  if (typeof name !== 'string' || name === '') wrong('pastOnly', i, 'name');
  if (!Number.isInteger(startDay)) wrong('pastOnly', i, 'startDay');
  if (!Array.isArray(values)) wrong('pastOnly', i, 'values');
  const odd = values.findIndex((value) => value !== null && typeof value !== 'number');
  if (odd >= 0) wrong('pastOnly', i, 'values', odd);
}

function wrong(...path: (string | number)[]): never {
  throw new ForecastError('invalid-data', `The covariates are wrong at ${path.join('.')}`, {
    path: ['covariates', ...path],
    hint: 'A past-only column has a name, a whole startDay and numbers; a product a productId and texts.',
  });
}
