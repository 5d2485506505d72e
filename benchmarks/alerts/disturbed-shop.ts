import {
  type CalendarEvent,
  formatDay,
  type PlanRecord,
  parseDay,
  type SalesRecord,
} from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';

/** What was done to the last days of a product. */
export const DISTURBANCES = ['spike', 'drop', 'stopped', 'started', 'missed-promotion'] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

/** A disturbed product, and how far its sales are from the expected ones. */
export interface Disturbed {
  readonly kind: Disturbance;
  readonly productId: string;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Difference from the expected sales in standard deviations of Poisson counts. */
  readonly deviations: number;
}

export interface DisturbedShop {
  readonly records: readonly SalesRecord[];
  readonly plans: readonly PlanRecord[];
  readonly events: readonly CalendarEvent[];
  readonly disturbed: readonly Disturbed[];
  /** Noon of the day after the last. */
  readonly now: Date;
}

const DAYS = 500;
const START = parseDay('2024-01-01');
/** Days that are looked at. */
export const WINDOW = 7;
/** Lift that promotions of generated merchants have at least. */
const LIFT = 1.4;

/** A generated merchant in whose last week a share of the products does something else than expected; none for 0. */
export function disturbedShop(seed: number, products: number, share: number): DisturbedShop {
  const { records, truth } = generateSales({
    seed,
    products,
    categories: Math.ceil(products / 25),
    days: DAYS,
    startDay: START,
  });
  const random = createRandom(1000 + seed);
  const { productIds, mean, promotions, stockOuts, newProducts } = truth;
  const first = DAYS - WINDOW;
  const touched = new Set(
    [...promotions, ...stockOuts, ...newProducts]
      .filter(({ to }) => to > START + first)
      .map(({ productId }) => productId),
  );
  const free = productIds.filter((id) => !touched.has(id));
  const disturbed: Disturbed[] = [];
  const plans: PlanRecord[] = [];
  const unitsOf = new Map<string, number>();
  const wipedBefore = new Map<string, number>();
  for (let i = 0; i < Math.round(share * products) && free.length > 0; i++) {
    const [productId = ''] = free.splice(random.integer(free.length), 1);
    const series = productIds.indexOf(productId);
    const kind = DISTURBANCES[i % DISTURBANCES.length];
    const from = kind === 'missed-promotion' ? first + 1 : first + 1 + random.integer(WINDOW - 2);
    const to = kind === 'spike' ? from + 1 : DAYS;
    const factor = {
      spike: 3 + 2 * random.uniform(),
      drop: 0.3,
      stopped: 0,
      started: 1,
      'missed-promotion': 1,
    }[kind];
    let usual = 0;
    for (let day = from; day < to; day++) {
      const expected = mean[series * DAYS + day];
      usual += expected;
      if (factor !== 1)
        unitsOf.set(`${productId} ${formatDay(START + day)}`, poisson(random, factor * expected));
    }
    if (kind === 'started') wipedBefore.set(productId, START + from);
    const firstDay = formatDay(START + from);
    const lastDay = formatDay(START + to - 1);
    if (kind === 'missed-promotion') plans.push({ from: firstDay, to: lastDay, productId, promo: true });
    const without = kind === 'started' ? 0 : usual;
    const expected = kind === 'missed-promotion' ? LIFT * usual : without;
    const actual = kind === 'started' ? usual : factor * usual;
    disturbed.push({
      kind,
      productId,
      firstDay,
      lastDay,
      deviations: Math.abs(actual - expected) / Math.sqrt(Math.max(expected, 0.5)),
    });
  }
  const changed = records.flatMap((record): SalesRecord[] => {
    const day = parseDay(record.date);
    if (day < (wipedBefore.get(record.productId) ?? 0)) return [];
    if (unitsOf.has(`${record.productId} ${record.date}`)) return [];
    return [record];
  });
  const categoryOf = new Map(records.map(({ productId, category }) => [productId, category]));
  for (const [key, units] of unitsOf) {
    const [productId, date] = key.split(' ');
    if (units > 0) changed.push({ date, productId, category: categoryOf.get(productId), units });
  }
  return {
    records: changed,
    plans,
    events: truth.events,
    disturbed,
    now: new Date(`${formatDay(START + DAYS)}T12:00:00Z`),
  };
}
