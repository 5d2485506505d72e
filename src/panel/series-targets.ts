import type { EventScope } from '../calendar/events.js';
import { numberAt } from '../present.js';
import { attributeOf, type Panel } from './panel.js';

/** Columns of a panel by which series are selected. */
export type TargetedPanel = Pick<Panel, 'seriesCount' | 'ids' | 'categories' | 'categoryOf' | 'attributes'>;

/** Finds the series that a plan or an event applies to. */
export class SeriesTargets {
  private readonly byProduct: ReadonlyMap<string, readonly number[]>;
  private readonly byLocation: ReadonlyMap<string, readonly number[]>;
  private readonly byCategory: ReadonlyMap<string, readonly number[]>;
  private readonly all: readonly number[];

  constructor(panel: TargetedPanel) {
    const { seriesCount, ids, categories, categoryOf } = panel;
    const product = attributeOf(panel, 'product');
    const location = attributeOf(panel, 'location');
    this.all = Array.from({ length: seriesCount }, (_, s) => s);
    this.byProduct = groupSeries(seriesCount, (s) => product?.(s) ?? ids[s]);
    this.byLocation = groupSeries(seriesCount, (s) => location?.(s));
    this.byCategory = groupSeries(seriesCount, (s) => categories[numberAt(categoryOf, s)]);
  }

  /** Indices of the series that match all columns of a scope; all series for an empty scope. */
  seriesOf({ productId, category, location }: EventScope): readonly number[] {
    const sets = [
      ...(productId === undefined ? [] : [this.byProduct.get(productId) ?? []]),
      ...(category === undefined ? [] : [this.byCategory.get(category) ?? []]),
      ...(location === undefined ? [] : [this.byLocation.get(location) ?? []]),
    ];
    const [first, ...others] = sets.sort((a, b) => a.length - b.length).map((set) => new Set(set));
    if (!first) return this.all;
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
