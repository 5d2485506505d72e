import {
  createForecaster,
  type Forecaster,
  type ForecasterOptions,
  formatDay,
  parseDay,
  type SalesRecord,
  structural,
} from '../../../src/index.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';

export const DAYS = 240;
const FIRST = parseDay('2026-01-01');
/** ISO date of a day of the shop; `DAYS` is the first day that is forecast: 2026-08-29, a Saturday. */
export const date = (day: number) => formatDay(FIRST + day);

const PRODUCTS = [
  { productId: 'TEA', category: 'drinks', mean: 8, price: 4 },
  { productId: 'COFFEE', category: 'drinks', mean: 20, price: 6 },
  { productId: 'MUG', category: 'dishes', mean: 3, price: 12 },
  { productId: 'SPOON', category: 'dishes', mean: 0.1, price: undefined },
];

/** Poisson sales of four products; `UNSOLD` is on sale and never sells. */
export function sales(locations: readonly (string | undefined)[] = [undefined]): SalesRecord[] {
  const random = createRandom(11);
  return Array.from({ length: DAYS }, (_, day) =>
    locations.flatMap((location) => [
      ...PRODUCTS.flatMap(({ productId, category, mean, price }) => {
        const units = poisson(random, mean / locations.length);
        return units === 0
          ? []
          : [
              {
                date: date(day),
                productId,
                category,
                units,
                ...(price && { price }),
                ...(location && { location }),
              },
            ];
      }),
      ...(day % 30 === 0 ? [{ date: date(day), productId: 'UNSOLD', category: 'dishes', units: 0 }] : []),
    ]),
  ).flat();
}

/** A forecaster for the day after the sales, trained on them. */
export async function trained(records: SalesRecord[], options: ForecasterOptions = {}): Promise<Forecaster> {
  const forecaster = untrained(options);
  await forecaster.ingest(records);
  await forecaster.train();
  return forecaster;
}

export function untrained(options: ForecasterOptions = {}): Forecaster {
  return createForecaster({
    model: structural(),
    now: () => new Date(`${date(DAYS)}T09:00:00Z`),
    ...options,
  });
}
