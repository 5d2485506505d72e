import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  adaptiveEnsemble,
  type FittedModel,
  type ForecastModel,
  forecastQuantiles,
  type Panel,
  seasonalTrend,
  structural,
} from 'commerce-forecast';
import { eachStep } from '../src/calendar/period.js';
import { sliceDays } from '../src/panel/slice.js';
import { type CaseName, loadCase } from './accuracy/cases.js';
import { DRIFTS, driftingShop } from './intervals/generated.js';
import { quantileBoosting } from './intervals/quantile-boosting.js';
import { PROBABILITIES, Scores } from './intervals/scores.js';
import { type Row, report } from './report.js';

/**
 * Coverage, interval scores and CRPS of predictive distributions: of days, weeks and months of products and categories,
 * and of years on generated truth. Real data is forecast from cutoffs whose windows end before the first test window of
 * the accuracy cases. `coverage` is fair to counts (by the probability integral transform), `raw_coverage` counts values
 * inside the bounds; scores are relative to the mean of what was sold.
 *
 * npx tsx benchmarks/intervals.ts [--data DIR] [--case A,B,C] [--shops 2] [--products 40] [--models default,structural]
 *   [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    case: { type: 'string', default: 'A,B,C' },
    shops: { type: 'string', default: '2' },
    products: { type: 'string', default: '40' },
    models: { type: 'string', default: 'default,structural,prophet,quantile_boosting' },
    json: { type: 'string' },
  },
});

const MODELS: Readonly<Record<string, () => ForecastModel>> = {
  default: () => adaptiveEnsemble(),
  structural: () => structural(),
  prophet: () => seasonalTrend(),
};
const QUANTILE_BOOSTING = 'quantile_boosting';
const HISTORY_DAYS = 760;
const SPANS = { week: 7, month: 28, year: 365 };
/** Windows before the first test window of a case. */
const WINDOWS = 2;

const rows: Row[] = [];
const chosen = (flags.models ?? '').split(',');
for (const name of chosen) {
  if (!MODELS[name] && name !== QUANTILE_BOOSTING) throw new Error(`There is no model "${name}"`);
}

/** One cutoff: what was known, and the panel with what came. */
interface Window {
  readonly past: Panel;
  readonly whole: Panel;
  readonly spans: readonly (keyof typeof SPANS)[];
}

async function scoreWindows(name: string, windows: readonly Window[]): Promise<void> {
  for (const method of chosen) {
    const scores = new Map<string, Scores>();
    const of = (key: string) => {
      const known = scores.get(key) ?? new Scores();
      scores.set(key, known);
      return known;
    };
    const before = process.cpuUsage();
    for (const window of windows) {
      if (method === QUANTILE_BOOSTING) scoreDays(window, quantileBoosting(window.past, SPANS.month), of);
      else await scoreModel(window, await MODELS[method]().fit(window.past), of);
    }
    const { user, system } = process.cpuUsage(before);
    for (const [key, score] of scores) {
      for (const [metric, value] of Object.entries(score.metrics(key)))
        rows.push({ case: name, method, metric, value });
    }
    rows.push({ case: name, method, metric: 'cpu_seconds', value: (user + system) / 1e6 });
    console.error(`${name}: ${method}`);
  }
}

async function scoreModel(window: Window, fitted: FittedModel, of: (key: string) => Scores): Promise<void> {
  const { past, whole, spans } = window;
  const daily = await forecastQuantiles(fitted, {
    ranges: eachStep(SPANS.month),
    probabilities: PROBABILITIES,
  });
  scoreDays(window, daily.values, of);
  const ranges = spans.map((span) => ({ from: 0, to: SPANS[span] }));
  const products = Int32Array.from({ length: past.seriesCount }, (_, s) => s);
  for (const [kind, groupOf, groupCount] of [
    ['product', products, past.seriesCount],
    ['category', past.categoryOf, past.categories.length],
  ] as const) {
    const { values } = await forecastQuantiles(fitted, {
      ranges,
      probabilities: PROBABILITIES,
      groupOf,
      groupCount,
    });
    for (let g = 0; g < groupCount; g++) {
      ranges.forEach(({ to }, r) => {
        let [actual, sold] = [0, 0];
        for (let s = 0; s < past.seriesCount; s++) {
          if (groupOf[s] !== g) continue;
          actual += sumOf(whole, s, past.days, past.days + to);
          sold += sumOf(whole, s, 0, past.days);
        }
        const quantiles = values.map((value) => value[g * ranges.length + r]);
        of(`${kind} ${spans[r]}`).add(actual, quantiles, sold > 0);
      });
    }
  }
}

/** @param values quantiles of the days of a month, series-major */
function scoreDays(
  { past, whole }: Window,
  values: readonly Float64Array[],
  of: (key: string) => Scores,
): void {
  for (let s = 0; s < past.seriesCount; s++) {
    const sold = sumOf(whole, s, 0, past.days) > 0;
    for (let h = 0; h < SPANS.month; h++) {
      const actual = whole.units[s * whole.days + past.days + h];
      of('product day').add(
        actual,
        values.map((value) => value[s * SPANS.month + h]),
        sold,
      );
    }
  }
}

/** Sales of some days; missing days count as none. */
function sumOf({ units, days }: Panel, series: number, from: number, to: number): number {
  let sum = 0;
  for (let d = from; d < to; d++) sum += units[series * days + d] || 0;
  return sum;
}

for (const drift of DRIFTS) {
  const windows = Array.from({ length: Number(flags.shops) }, (_, shop): Window => {
    const days = HISTORY_DAYS + SPANS.year;
    const whole = driftingShop(drift, { products: Number(flags.products), days, seed: shop + 1 });
    return { past: sliceDays(whole, 0, HISTORY_DAYS), whole, spans: ['week', 'month', 'year'] };
  });
  await scoreWindows(drift, windows);
}
if (flags.data && existsSync(flags.data)) {
  for (const name of (flags.case ?? '').split(',')) {
    const { panel, cutoffs } = loadCase(name as CaseName, flags.data);
    const first = Math.min(...cutoffs) + 1;
    const windows = Array.from({ length: WINDOWS }, (_, k): Window => {
      const end = first - (k + 1) * SPANS.month;
      return {
        past: sliceDays(panel, 0, end),
        whole: sliceDays(panel, 0, end + SPANS.month),
        spans: ['week', 'month'],
      };
    });
    await scoreWindows(name, windows);
  }
} else console.log('Without --data: generated shops only.');
report(rows, flags.json);
