import type { TimePeriod } from '../../src/calendar/period.js';
import { check, type ProductPlan, recordsOf, type Scenario, type Verdict } from './scenario.js';

const PERIODS: readonly TimePeriod[] = ['week', 'month', 'year'];

/** Stationary products: how often trends are found that are not there. */
export function stationaryScenario(products = 100): Scenario {
  const plans = Array.from(
    { length: products },
    (_, i): ProductPlan => ({
      id: `P${i}`,
      category: `C${i % 5}`,
      mean: () => 0.5 * 400 ** (i / products),
      ...(i % 2 === 0 && { shape: 3 }),
    }),
  );
  return {
    name: `${products} stationary products, 760 days`,
    records: recordsOf(760, plans, 31),
    judge: (a) => [
      ...PERIODS.map((period) => {
        const found = plans.filter(({ id }) => a.trend(id, period).direction !== 'flat').length;
        return check(
          `trends by ${period}`,
          'at most 10 %',
          `${((100 * found) / products).toFixed(0)} %`,
          found <= products / 10,
        );
      }),
      coverage(a, plans),
    ],
  };
}

/** Share of the 80 % intervals of a month that contain the expectation of a fresh draw: a floor, as the draw adds noise of its own. */
function coverage(a: Parameters<Scenario['judge']>[0], plans: readonly ProductPlan[]): Verdict {
  const inside = plans.filter(({ id, mean }) => {
    const { lower, upper } = a.interval(id, 'month');
    const right = 30 * mean(0);
    return lower <= right && right <= upper;
  }).length;
  const share = inside / plans.length;
  return check('expected month inside 80 %', 'at least 80 %', `${(100 * share).toFixed(0)} %`, share >= 0.8);
}
