import { formatDay } from '../../src/calendar/day.js';
import { createRandom } from '../../src/random.js';
import { answersOf } from './run-scenario.js';
import { civilOf, dateOf, type ProductPlan, recordsOf, START, total } from './scenario.js';

/** Answer of the default about one product of a random shop, beside the right one and a naive one. */
export interface RandomAnswer {
  readonly period: 'month' | 'year';
  /** Absolute errors over the right value, capped at 2. */
  readonly error: number;
  readonly naiveError: number;
  /** True if the interval holds the right value. */
  readonly covered: boolean;
  readonly text: string;
}

interface DrawnProduct {
  readonly plan: ProductPlan;
  /** Expected units of a day as far as they could be known: without a passing burst. */
  readonly truth: (day: number) => number;
  readonly text: string;
}

type Season = (month: number, dayOfMonth: number, day: number) => number;

const SEASONS: Readonly<Record<string, Season>> = {
  none: () => 1,
  december: (month) => (month === 12 ? 3 : 1),
  'summer x2': (month) => (month >= 6 && month <= 8 ? 2 : 1),
  sine: (_month, _dayOfMonth, day) => 1 + 0.6 * Math.sin((2 * Math.PI * (START + day)) / 365.25),
  'summer only': (month) => (month >= 5 && month <= 8 ? 3 : 0),
  'winter only': (month) => (month >= 11 || month <= 2 ? 3 : 0),
  'a week in February': (month, dayOfMonth) => (month === 2 && dayOfMonth >= 7 && dayOfMonth <= 14 ? 6 : 1),
};
const WEEK = [0.6, 0.8, 1, 1, 1.2, 1.6, 0.8];
const HISTORIES = [45, 90, 200, 380, 420, 500, 600, 740, 900, 1100];
const PERIODS = { month: 30, year: 365 } as const;
const WORST = 2;

/** Trains the default on a shop of one to six products drawn at random, and compares its answers with their law. */
export async function randomShop(seed: number): Promise<RandomAnswer[]> {
  const random = createRandom(seed, 77);
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)];
  const count = pick([1, 1, 2, 3, 4, 6]);
  const days = pick(HISTORIES);
  const common = pick(Object.keys(SEASONS));
  const products = Array.from({ length: count }, (_, i) => drawProduct(i));
  const records = recordsOf(
    days,
    products.map(({ plan }) => plan),
    seed,
  );
  const answers = await answersOf(
    { name: `${seed}`, records, trainingDays: 1830, today: formatDay(START + days), judge: () => [] },
    undefined,
  );
  return products.flatMap(({ plan, truth, text }) => {
    if (!answers.products.includes(plan.id)) return [];
    const sold = (from: number) =>
      records.reduce(
        (sum, { productId, date, units }) =>
          productId === plan.id && String(date) >= dateOf(from) ? sum + (units ?? 0) : sum,
        0,
      );
    return (['month', 'year'] as const).map((period) => {
      const length = PERIODS[period];
      const right = total(truth, days, length);
      const answer = answers.units(plan.id, period);
      const { lower, upper } = answers.interval(plan.id, period);
      const span = Math.min(days - (plan.from ?? 0), period === 'month' ? 28 : 365);
      const naive = (sold(days - span) / span) * length;
      const size = Math.max(right, 3 * Math.sqrt(right), length / 6);
      return {
        period,
        error: Math.min(WORST, Math.abs(answer - right) / size),
        naiveError: Math.min(WORST, Math.abs(naive - right) / size),
        covered: lower <= right + 1e-9 && right <= upper + 1e-9,
        text: `shop ${seed}, ${count} products, ${days} days, ${period} of ${text}: ${answer.toFixed(0)} instead of ${right.toFixed(0)}`,
      };
    });
  });

  function drawProduct(i: number): DrawnProduct {
    const id = `P${i}`;
    const base = pick([0.3, 1, 3, 10, 30, 100]);
    const name = random.uniform() < 0.6 ? common : pick(Object.keys(SEASONS));
    const growth = pick([1, 1, 1, 1.2, 1.5, 0.75]);
    const shape = pick([undefined, 5, 2, undefined]);
    const from = random.uniform() < 0.2 ? Math.floor(days * random.uniform() * 0.8) : 0;
    const end = random.uniform() < 0.08 ? days - pick([10, 30, 60]) : Number.POSITIVE_INFINITY;
    const shift = random.uniform() < 0.1 ? Math.floor(days * (0.5 + 0.45 * random.uniform())) : undefined;
    const shifted = pick([0.5, 2]);
    const week = pick([undefined, WEEK]);
    const burst =
      random.uniform() < 0.3
        ? { from: days - 5 - random.integer(60), days: 3 + random.integer(10) }
        : undefined;
    const height = pick([0, 2, 4]);
    const truth = (day: number) => {
      if (day >= end) return 0;
      const { month, dayOfMonth } = civilOf(day);
      const usual = base * SEASONS[name](month, dayOfMonth, day) * growth ** (day / 365);
      return usual * (shift !== undefined && day >= shift ? shifted : 1) * (week ? week[day % 7] : 1);
    };
    const inBurst = (day: number) =>
      burst !== undefined && day >= burst.from && day < burst.from + burst.days;
    const facts = [
      `${base} a day`,
      name,
      `growth ${growth}`,
      from > 0 ? `from day ${from}` : '',
      end < days ? `ended ${days - end} days ago` : '',
      shift === undefined ? '' : `x${shifted} since ${days - shift} days`,
      burst ? `x${height} for ${burst.days} days, ${days - burst.from} days ago` : '',
    ];
    return {
      truth,
      text: `${id} (${facts.filter((fact) => fact !== '').join(', ')})`,
      plan: {
        id,
        mean: (day) => truth(day) * (inBurst(day) ? height : 1),
        from,
        shape,
        zeros: i === 0 || random.uniform() < 0.5,
      },
    };
  }
}
