import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { xgboostProphetBlend } from '../src/models/combine/index.js';
import type { ForecastModel } from '../src/models/contract.js';
import { structural } from '../src/models/structural/index.js';
import { calendarScenarios } from './shops/calendar.js';
import { fewProductScenarios } from './shops/few-products.js';
import { levelScenarios } from './shops/levels.js';
import { compareWithNaive } from './shops/naive-comparison.js';
import { occasionScenarios } from './shops/occasions.js';
import { priceScenarios } from './shops/prices.js';
import { type RandomAnswer, randomShop } from './shops/random-shops.js';
import { runScenario } from './shops/run-scenario.js';
import type { Scenario, Verdict } from './shops/scenario.js';
import { stationaryScenario } from './shops/statistics.js';

/**
 * Shops whose right answer is known, through the whole forecaster.
 *
 * npx tsx benchmarks/shops.ts [--methods default,structural,blend] [--only TEXT] [--json FILE] [--naive] [--random N]
 *
 * `--random` takes N shops of a few products drawn at random instead, and compares the default with their law and
 * with the mean of the last 28 or 365 days. `--naive` compares the default with the better of two naive models on days of each shop that were held back.
 */
const { values: flags } = parseArgs({
  options: {
    methods: { type: 'string', default: 'default,structural' },
    only: { type: 'string' },
    json: { type: 'string' },
    naive: { type: 'boolean', default: false },
    random: { type: 'string' },
  },
});

/** Models by name; undefined leaves the forecaster's default. */
const METHODS: Readonly<Record<string, () => ForecastModel | undefined>> = {
  default: () => undefined,
  structural: () => structural(),
  blend: () => xgboostProphetBlend(),
};

/** Answers that are furthest behind the naive ones, which are listed. */
const MOST_WORST = 20;

interface Row extends Verdict {
  readonly scenario: string;
  readonly method: string;
  readonly milliseconds: number;
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  const comparisons: Verdict[] = [];
  const scenarios = [
    ...levelScenarios(),
    ...calendarScenarios(),
    ...fewProductScenarios(),
    ...occasionScenarios(),
    ...priceScenarios(),
    stationaryScenario(),
  ].filter(({ name }) => !flags.only || name.includes(flags.only));
  for (const scenario of scenarios) {
    console.log(`\n${scenario.name}`);
    for (const method of flags.methods.split(',')) {
      const make = METHODS[method];
      if (!make) throw new Error(`There is no method "${method}": ${Object.keys(METHODS).join(', ')}`);
      for (const row of await judged(scenario, method, make())) {
        rows.push(row);
        const { what, right, answer, ok } = row;
        console.log(`  ${ok ? 'ok   ' : 'WRONG'} ${method.padEnd(11)} ${what}: ${answer} (right: ${right})`);
      }
    }
    const naive = flags.naive ? await compareWithNaive(scenario) : undefined;
    if (naive) {
      comparisons.push(naive);
      console.log(
        `  ${naive.ok ? 'ok   ' : 'WORSE'} default     ${naive.what}: ${naive.answer} (right: ${naive.right})`,
      );
    }
  }
  if (flags.naive) {
    const worse = comparisons.filter(({ ok }) => !ok).length;
    console.log(`\ndefault worse than the better naive model in ${worse} of ${comparisons.length} shops`);
  }
  for (const method of flags.methods.split(',')) {
    const own = rows.filter((row) => row.method === method);
    const wrong = new Set(own.filter(({ ok }) => !ok).map(({ scenario }) => scenario));
    console.log(
      `\n${method}: ${scenarios.length - wrong.size} of ${scenarios.length} shops right; wrong: ${[...wrong].join('; ') || 'none'}`,
    );
  }
  if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 1));
}

async function judged(scenario: Scenario, method: string, model: ForecastModel | undefined): Promise<Row[]> {
  const start = performance.now();
  let verdicts: Verdict[];
  try {
    verdicts = await runScenario(scenario, model);
  } catch (error) {
    verdicts = [{ what: 'training', right: 'an answer', answer: String(error), ok: false }];
  }
  const milliseconds = Math.round(performance.now() - start);
  return verdicts.map((verdict) => ({ scenario: scenario.name, method, milliseconds, ...verdict }));
}

async function randomShops(count: number): Promise<void> {
  const answers: RandomAnswer[] = [];
  for (let seed = 0; seed < count; seed++) answers.push(...(await randomShop(seed)));
  const rows = (['month', 'year'] as const).flatMap((period) => {
    const own = answers.filter((answer) => answer.period === period);
    const mean = (of: (answer: RandomAnswer) => number) =>
      own.reduce((sum, a) => sum + of(a), 0) / own.length;
    const row = (method: string, metric: string, value: number) => ({
      case: `${count} random shops, ${period}`,
      method,
      metric,
      value: Number(value.toFixed(4)),
    });
    return [
      row(
        'default',
        'error',
        mean(({ error }) => error),
      ),
      row(
        'naive',
        'error',
        mean(({ naiveError }) => naiveError),
      ),
      row(
        'default',
        'coverage_80',
        mean(({ covered }) => Number(covered)),
      ),
    ];
  });
  console.table(rows);
  const worst = [...answers].sort((a, b) => b.error - b.naiveError - (a.error - a.naiveError));
  for (const { text } of worst.slice(0, MOST_WORST)) console.log(text);
  if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 1));
}

if (flags.random) await randomShops(Number(flags.random));
else await main();
