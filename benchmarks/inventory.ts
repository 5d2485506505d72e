import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  LEAD_TIME,
  type Policy,
  REVIEW,
  simulateYear,
  type YearOfPolicy,
} from './inventory/simulate-year.js';

/**
 * A year of orders on generated truth: the service that was promised against the one achieved, and the cost of holding, of
 * margins lost and of ordering against the rule "mean of the last 28 days over lead time and review period, plus two weeks".
 * Orders are weekly, a delivery takes seven days, what is missing is lost. Trainings see the demand of the days before them only,
 * every four weeks; promotions are planned. Costs: 60 % of the price a unit, 25 % a year to hold it, 5 an order.
 *
 * npx tsx benchmarks/inventory.ts [--shops 2] [--products 40] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    shops: { type: 'string', default: '2' },
    products: { type: 'string', default: '40' },
    json: { type: 'string' },
  },
});

const POLICIES: readonly Policy[] = [
  { name: 'service level 0.90', query: { serviceLevel: 0.9 } },
  { name: 'service level 0.95', query: { serviceLevel: 0.95 } },
  { name: 'service level 0.98', query: { serviceLevel: 0.98 } },
  { name: 'fill rate 0.95', query: { fillRate: 0.95 } },
  { name: 'fill rate 0.98', query: { fillRate: 0.98 } },
  { name: 'margins, holding rate 0.25', query: { holdingRate: 0.25 } },
  { name: 'rule: 28 days, two weeks' },
];

const years: YearOfPolicy[] = [];
for (let seed = 1; seed <= Number(flags.shops); seed++) {
  years.push(
    ...(await simulateYear(POLICIES, { seed, products: Number(flags.products) }, (text) =>
      console.error(text),
    )),
  );
}

const table = POLICIES.map(({ name }) => {
  const own = years.filter(({ policy }) => policy === name);
  const mean = (of: (year: YearOfPolicy) => number) =>
    own.reduce((sum, year) => sum + of(year), 0) / own.length;
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    policy: name,
    'cycle service': round(
      mean((year) => year.cycleService),
      4,
    ),
    'after an order': round(
      mean((year) => year.orderedService),
      4,
    ),
    'as said': round(
      mean((year) => year.saidService),
      4,
    ),
    'fill rate': round(
      mean((year) => year.fillRate),
      4,
    ),
    'fill rate, mean of products': round(
      mean((year) => year.meanFillRate),
      4,
    ),
    holding: round(
      mean((year) => year.holding),
      0,
    ),
    'lost margin': round(
      mean((year) => year.lostMargin),
      0,
    ),
    ordering: round(
      mean((year) => year.ordering),
      0,
    ),
    total: round(
      mean((year) => year.total),
      0,
    ),
  };
});
console.log(
  `Orders every ${REVIEW} days, lead time ${LEAD_TIME} days, means of ${flags.shops} shops of ${flags.products} products`,
);
console.table(table);
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ table, years }, null, 2)}\n`);
