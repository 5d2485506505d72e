import { parseArgs } from 'node:util';
import { createForecaster, type Panel, type TimePeriod, type Trend } from 'commerce-forecast';
import { createRandom } from '../src/random.js';
import { negativeBinomial } from '../src/testing/distributions.js';
import { panelOf } from '../src/testing/index.js';
import { recordsOf } from './panel-records.js';
import { type Row, report } from './report.js';

/**
 * False positives and power of trends: the share of products with a significant trend where nothing changes, and where sales
 * grow by 20 % a year, after one, two or three years of history. Levels from 1 to 50 a day, weekdays, a season, negative
 * binomial days.
 *
 * npx tsx benchmarks/trend.ts [--shops 2] [--products 60] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    shops: { type: 'string', default: '2' },
    products: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
});
const products = Number(flags.products);
const shops = Number(flags.shops);
const YEARS = [1, 2, 3];
const PERIODS: readonly TimePeriod[] = ['week', 'month', 'year'];
const GROWTHS = { stationary: 0, growing: Math.log(1.2) };
/** Shape of the negative binomial distribution of a day. */
const SHAPE = 6;

function shop(growth: number, days: number, seed: number): Panel {
  const random = createRandom(seed, days);
  return panelOf(
    Array.from({ length: products }, () => {
      const level = 50 ** random.uniform();
      return Array.from({ length: days }, (_, d) => {
        const calendar =
          (1 + 0.2 * Math.sin((2 * Math.PI * d) / 7)) * (1 + 0.25 * Math.sin((2 * Math.PI * d) / 365.25));
        return negativeBinomial(random, level * calendar * Math.exp((growth * (d - days)) / 365), SHAPE);
      });
    }),
  );
}

const rows: Row[] = [];
for (const [name, growth] of Object.entries(GROWTHS)) {
  for (const years of YEARS) {
    const trends = new Map<TimePeriod, Trend[]>(PERIODS.map((period) => [period, []]));
    for (let seed = 1; seed <= shops; seed++) {
      const panel = shop(growth, 365 * years + 30, seed);
      const now = () => new Date(86_400_000 * (panel.startDay + panel.days));
      const forecaster = createForecaster({ validationDays: 0, now });
      await forecaster.ingest(recordsOf(panel));
      await forecaster.train();
      for (const timePeriod of PERIODS) {
        const answer = await forecaster.topProducts({ timePeriod, limit: products });
        for (const { trend } of answer.products) trends.get(timePeriod)?.push(trend);
      }
    }
    for (const [period, found] of trends) {
      const share = (direction: Trend['direction']) =>
        found.filter((trend) => trend.direction === direction).length / found.length;
      const method = `${name}, ${years} years`;
      rows.push({ case: period, method, metric: 'up', value: share('up') });
      rows.push({ case: period, method, metric: 'down', value: share('down') });
    }
    console.error(`${name}, ${years} years`);
  }
}
report(rows, flags.json);
