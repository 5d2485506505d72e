import { attributeOf, type Panel } from '../panel/panel.js';
import type { Plan } from './plan-record.js';

/** What of a panel plans are laid on: its series and where its days end. */
export type PlannedPanel = Pick<
  Panel,
  'startDay' | 'days' | 'seriesCount' | 'ids' | 'categories' | 'categoryOf' | 'attributes'
>;

type Scope = Pick<Plan, 'productId' | 'category' | 'location'>;

/** Finds the series that a plan is about. */
export class PlanTargets {
  private readonly byProduct: ReadonlyMap<string, readonly number[]>;
  private readonly byLocation: ReadonlyMap<string, readonly number[]>;
  private readonly byCategory: ReadonlyMap<string, readonly number[]>;
  private readonly all: readonly number[];

  constructor(panel: PlannedPanel) {
    const { seriesCount, ids, categories, categoryOf } = panel;
    const product = attributeOf(panel, 'product');
    const location = attributeOf(panel, 'location');
    this.all = Array.from({ length: seriesCount }, (_, s) => s);
    this.byProduct = groupSeries(seriesCount, (s) => product?.(s) ?? ids[s]);
    this.byLocation = groupSeries(seriesCount, (s) => location?.(s));
    this.byCategory = groupSeries(seriesCount, (s) => categories[categoryOf[s]]);
  }

  /** Indices of the series that all the given columns fit; all of them for a plan without any. */
  seriesOf({ productId, category, location }: Scope): readonly number[] {
    const sets = [
      ...(productId === undefined ? [] : [this.byProduct.get(productId) ?? []]),
      ...(category === undefined ? [] : [this.byCategory.get(category) ?? []]),
      ...(location === undefined ? [] : [this.byLocation.get(location) ?? []]),
    ];
    if (sets.length === 0) return this.all;
    const [first, ...others] = sets.sort((a, b) => a.length - b.length).map((set) => new Set(set));
    return [...first].filter((series) => others.every((other) => other.has(series)));
  }
}

function groupSeries(count: number, keyOf: (series: number) => string | undefined): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let s = 0; s < count; s++) {
    const key = keyOf(s);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  return groups;
}
