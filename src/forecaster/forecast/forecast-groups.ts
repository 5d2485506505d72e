import { type ErrorPath, ForecastError } from '../../errors.js';
import { categoryIndex } from '../queries.js';
import { remember } from '../remember.js';
import { locationsAreSummed, type SeriesNames, seriesNames } from '../series-name.js';
import type { ForecastSnapshot } from '../snapshot.js';
import type { ForecastLevel, ForecastSettings } from './forecast-query.js';
import type { ForecastRow } from './forecast-results.js';

/** Series whose sum is a row, with the names of the row. */
export interface ForecastGroup extends Pick<ForecastRow, 'productId' | 'category' | 'location'> {
  readonly series: readonly number[];
}

type Selection = Pick<ForecastSettings, 'productIds' | 'category' | 'location' | 'level'>;

/**
 * The groups of series that a question is about, in the order of its products, else in that of the snapshot.
 *
 * @throws ForecastError `not-found` with the path of an unknown name, `invalid-option` for locations that are summed.
 */
export function forecastGroups(snapshot: ForecastSnapshot, selection: Selection): ForecastGroup[] {
  const names = seriesNames(snapshot);
  const series = selectedSeries(snapshot, selection, names);
  const groups = new Map<string | undefined, number[]>();
  for (const s of series) {
    const key = keyOf(selection.level, names, s);
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  return [...groups.values()].map((members) => groupOf(members, selection, names));
}

function selectedSeries(
  snapshot: ForecastSnapshot,
  { productIds, category, location, level }: Selection,
  names: SeriesNames,
): number[] {
  if (location !== undefined || level === 'location' || level === 'product-location') {
    if (!names.location) throw locationsAreSummed([location === undefined ? 'level' : 'location']);
  }
  if (category !== undefined) categoryIndex(snapshot, category, ['category']);
  const all = () => Array.from(snapshot.productIds.keys());
  const isThere = (s: number) => (names.location?.(s) ?? null) === location;
  if (location !== undefined && !all().some(isThere)) {
    unknownName(
      'location',
      location ?? 'null',
      ['location'],
      all().map((s) => names.location?.(s) ?? ''),
    );
  }
  const candidates = productIds ? ofProducts(snapshot, productIds) : all();
  const chosen = candidates.filter(
    (s) =>
      (category === undefined || names.category(s) === category) && (location === undefined || isThere(s)),
  );
  if (chosen.length > 0) return chosen;
  throw new ForecastError('not-found', 'No product matches everything that the question names', {
    path: [productIds ? 'productIds' : 'category'],
    hint: 'Leave out productIds, category or location.',
  });
}

/** The series of each product. */
const seriesByProduct = remember((snapshot: ForecastSnapshot): ReadonlyMap<string, readonly number[]> => {
  const { product } = seriesNames(snapshot);
  const byProduct = new Map<string, number[]>();
  for (const s of snapshot.productIds.keys()) {
    const id = product(s);
    const own = byProduct.get(id);
    if (own) own.push(s);
    else byProduct.set(id, [s]);
  }
  return byProduct;
});

/** The series of products, in the order of the ids. */
function ofProducts(snapshot: ForecastSnapshot, productIds: readonly string[]): number[] {
  const byProduct = seriesByProduct(snapshot);
  return productIds.flatMap(
    (id, i) => byProduct.get(id) ?? unknownName('product', id, ['productIds', i], [...byProduct.keys()]),
  );
}

/** Identity of the group of a series; undefined for series without a location. */
function keyOf(level: ForecastLevel, names: SeriesNames, series: number): string | undefined {
  switch (level) {
    case 'product-location':
      return String(series);
    case 'product':
      return names.product(series);
    case 'location':
      return names.location?.(series);
    case 'category':
      return names.category(series);
    case 'total':
      return '';
  }
}

/** A name that all series of a group share is the name of the row. */
function groupOf(
  series: readonly number[],
  { level, category, location }: Selection,
  names: SeriesNames,
): ForecastGroup {
  const [first = 0] = series;
  const ofProduct = level === 'product' || level === 'product-location';
  const ofLocation = level === 'location' || level === 'product-location';
  const ofOneCategory = series.every((s) => names.category(s) === names.category(first));
  return {
    series,
    productId: ofProduct ? names.product(first) : null,
    category:
      (ofProduct || level === 'category') && ofOneCategory ? names.category(first) : (category ?? null),
    location: ofLocation ? (names.location?.(first) ?? null) : (location ?? null),
  };
}

function unknownName(kind: string, name: string, path: ErrorPath, known: readonly string[]): never {
  const some = [...new Set(known)].filter((one) => one !== '').slice(0, 5);
  throw new ForecastError('not-found', `There is no ${kind} "${name}"`, {
    path,
    hint: `There are ${some.map((one) => `"${one}"`).join(', ')}, among others.`,
  });
}
