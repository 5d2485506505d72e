import type { TimePeriod } from '../../src/calendar/period.js';
import {
  type Answers,
  check,
  civilOf,
  type ProductPlan,
  productsWithin,
  recordsOf,
  type Scenario,
  START,
  total,
  until,
  type Verdict,
} from './scenario.js';

/** Shops of one to five products, whose season, growth and pauses no other product confirms. */
export function fewProductScenarios(): Scenario[] {
  return [
    ...[1, 2, 4].map((count) => december(count, '2022-12-31', 0.3)),
    ...[1, 4].map((count) => december(count, '2021-12-30', 0.15)),
    softPeak(4),
    ...[365, 380, 430, 520].map(secondYear),
    ...[420, 580, 700].map(ownSeasons),
    ...[400, 440, 480, 540].map(filledUp),
    pauseOfLastYear(1),
    pauseOfLastYear(3),
    ...[14, 21, 28, 45].map(silent),
    silences(),
    ...[1, 3].map((count) => growing(count, 1.2)),
    growing(1, 1.5),
    growingBeside(),
    ...[3, 7, 30].map(unrecordedPromotion),
    ...[740, 860, 900].map((days) => seasonalShop('summer', days)),
    ...[420, 500].map((days) => seasonalShop('winter', days)),
    summerInWinter(),
    ...['2024-12-18', '2024-12-24', '2024-12-27'].map(firstChristmas),
    ...[14, 21, 28].map(closedOnSundays),
    ...[22, 29].map(marketStall),
  ];
}

function same(count: number, mean: (day: number) => number, from = 0): ProductPlan[] {
  return Array.from({ length: count }, (_, i) => ({ id: `P${i}`, mean, from }));
}

/** Five times as much in December; asked on 1 December 2024. */
function december(count: number, from: string, tolerance: number): Scenario {
  const products = same(count, (day) => (civilOf(day).month === 12 ? 100 : 20), until(from));
  const days = until('2024-12-01');
  const years = (days - until(from)) / 365;
  return {
    name: `December x5, ${count} products, ${years.toFixed(1)} years, asked on 1 December`,
    records: recordsOf(days, products, 51),
    trainingDays: 1830,
    judge: (a) => [productsWithin(a, products, days, 'month', tolerance)],
  };
}

/** Four times as much before the first Christmas of a shop of eight months; asked while it is on, and after it. */
function firstChristmas(today: string): Scenario {
  const isOn = (day: number) => civilOf(day).month === 12 && civilOf(day).dayOfMonth >= 10;
  const products = same(
    3,
    (day) => (isOn(day) && civilOf(day).dayOfMonth <= 24 ? 80 : 20),
    until('2024-04-15'),
  );
  const days = until(today);
  return {
    name: `the first Christmas x4 of a shop, asked on ${today}`,
    records: recordsOf(days, products, 64),
    judge: (a) => [
      productsWithin(a, products, days, 'year', 0.12),
      rightInside(a, 'P0', 'year', total(products[0].mean, days, 365)),
    ],
  };
}

/** A new shop that never opens on Sundays. */
function closedOnSundays(days: number): Scenario {
  const products = same(3, (day) => (day % 7 === 6 ? 0 : 40));
  return {
    name: `a new shop that is closed on Sundays, ${days} days`,
    records: recordsOf(days, products, 67),
    judge: (a) => [productsWithin(a, products, days, 'year', 0.1)],
  };
}

/** A new stall that sells on Saturdays only. */
function marketStall(days: number): Scenario {
  const products = same(2, (day) => (day % 7 === 5 ? 50 : 0), 1);
  return {
    name: `a stall that sells on Saturdays, ${days} days`,
    records: recordsOf(days, products, 66),
    judge: (a) => [
      check(
        'year',
        '2607 within 25 %',
        a.units('P0', 'year'),
        Math.abs(a.units('P0', 'year') / 2607 - 1) < 0.25,
      ),
      rightInside(a, 'P0', 'year', 2607),
    ],
  };
}

function rightInside(a: Answers, product: string, period: TimePeriod, right: number): Verdict {
  const { lower, upper } = a.interval(product, period);
  const interval = `${lower.toFixed(0)} to ${upper.toFixed(0)}`;
  return check(
    `interval of the ${period}`,
    `holds ${right.toFixed(0)}`,
    interval,
    lower <= right && right <= upper,
  );
}

/** A season of one and a half times the mean at its height. */
function softPeak(count: number): Scenario {
  const seasonal = (day: number) => 20 * (1 + 0.5 * Math.sin((2 * Math.PI * (START + day)) / 365.25));
  const days = until('2024-11-25');
  const products = same(count, seasonal);
  return {
    name: `soft season of ${count} products, 1.9 years`,
    records: recordsOf(days, products, 52),
    trainingDays: 1830,
    judge: (a) => [
      productsWithin(a, products, days, 'month', 0.1),
      productsWithin(a, products, days, 'year', 0.1),
    ],
  };
}

/** A strong season at the beginning of its second year. */
function secondYear(days: number): Scenario {
  const seasonal = (day: number) => 30 * (1 + 0.6 * Math.cos((2 * Math.PI * (day - 20)) / 365.25));
  const products = same(3, seasonal);
  return {
    name: `a season of 60 %, 3 products, ${days} days`,
    records: recordsOf(days, products, 61),
    trainingDays: 1830,
    judge: (a) => {
      const right = total(seasonal, days, 365);
      const { direction, significant } = a.trend('P0', 'year');
      const { lower, upper } = a.interval('P0', 'year');
      return [
        productsWithin(a, products, days, 'month', 0.15),
        productsWithin(a, products, days, 'year', 0.08),
        check('trend of the year', 'none significant', `${direction}, ${significant}`, !significant),
        check(
          'interval',
          'right inside',
          `${lower.toFixed(0)} to ${upper.toFixed(0)}`,
          lower <= right && right <= upper,
        ),
      ];
    },
  };
}

/** Flat goods beside summer and winter goods of one category, whose season has been seen less than twice. */
function ownSeasons(days: number): Scenario {
  const wave = (day: number, peak: number) => 1 + 0.7 * Math.cos((2 * Math.PI * (day - peak)) / 365.25);
  const products: ProductPlan[] = [
    { id: 'LARGE', mean: () => 300 },
    { id: 'FLAT', mean: () => 10 },
    ...[10, 15, 20].map((level) => ({ id: `SUMMER${level}`, mean: (day: number) => level * wave(day, 190) })),
    ...[10, 15].map((level) => ({ id: `WINTER${level}`, mean: (day: number) => level * wave(day, 5) })),
  ];
  return {
    name: `flat, summer and winter goods, ${days} days`,
    records: recordsOf(days, products, 63),
    trainingDays: 1830,
    judge: (a) => [productsWithin(a, products, days, 'year', 0.15)],
  };
}

/** A new shop whose sales rose to four times their first level in the first 250 days, which is no season. */
function filledUp(days: number): Scenario {
  const products = same(3, (day) => 40 * Math.min(1, 0.25 + (0.75 * day) / 250));
  return {
    name: `a new shop, full after 250 days, ${days} days`,
    records: recordsOf(days, products, 62),
    trainingDays: 1830,
    judge: (a) => [
      productsWithin(a, products, days, 'month', 0.1),
      productsWithin(a, products, days, 'year', 0.15),
    ],
  };
}

/** A month without sales a year ago, not recorded as out of stock. */
function pauseOfLastYear(count: number): Scenario {
  const days = 510;
  const products = same(count, () => 10);
  const isInPause = (day: number) => day >= days - 365 && day < days - 335;
  return {
    name: `a month without sales a year ago, ${count} products, 1.4 years`,
    records: recordsOf(days, products, 53).filter(
      ({ productId, date: text }) => productId !== 'P0' || !isInPause(until(String(text))),
    ),
    trainingDays: 1830,
    judge: (a) => [
      productsWithin(a, products, days, 'month', 0.15),
      productsWithin(a, products, days, 'year', 0.15),
    ],
  };
}

const SILENT_YEARS = 700;

function silentShop(silence: number): ProductPlan[] {
  return [
    { id: 'GONE', mean: () => 10, to: SILENT_YEARS - silence },
    { id: 'OTHER', mean: () => 12 },
    { id: 'THIRD', mean: () => 25 },
  ];
}

/** A product without sales for some days up to the last one. */
function silent(silence: number): Scenario {
  return {
    name: `nothing sold of a product for ${silence} days`,
    records: recordsOf(SILENT_YEARS, silentShop(silence), 54),
    trainingDays: 1830,
    judge: (a) => [
      check('year', 'at most 10 % of 3650', a.units('GONE', 'year'), a.units('GONE', 'year') <= 365),
    ],
  };
}

/** The longer the silence, the less is expected. */
function silences(): Scenario {
  const lengths = [7, 14, 21, 28, 35];
  return {
    name: 'the longer a silence, the less is expected',
    records: recordsOf(SILENT_YEARS, silentShop(lengths[0]), 54),
    trainingDays: 1830,
    judge: async (a, compare) => {
      const years = [a.units('GONE', 'year')];
      for (const silence of lengths.slice(1)) {
        const other = await compare(silent(silence));
        years.push(other.units('GONE', 'year'));
      }
      const falling = years.every((units, i) => i === 0 || units <= years[i - 1]);
      return [check('years', 'falling', years.map((units) => units.toFixed(0)).join(', '), falling)];
    },
  };
}

/** Steady growth over three years. */
function growing(count: number, yearly: number): Scenario {
  const days = 1095;
  const products = same(count, (day) => 20 * yearly ** (day / 365));
  return {
    name: `growth of ${Math.round(100 * (yearly - 1))} % a year, ${count} products, 3 years`,
    records: recordsOf(days, products, 55),
    trainingDays: 1830,
    judge: (a) => [
      productsWithin(a, products, days, 'year', yearly > 1.3 ? 0.12 : 0.08),
      ...products.map(({ id }) => {
        // A fifth a year is within the errors of a year's forecast that a shop this small can rule out.
        const { direction } = a.trend(id, 'year');
        const right = yearly > 1.3 ? direction === 'up' : direction !== 'down';
        return check(`trend of the year of ${id}`, yearly > 1.3 ? 'up' : 'not down', direction, right);
      }),
    ],
  };
}

/** A product that sells from May to August, a fifth more each year, beside one that sells the same all year. */
function growingBeside(): Scenario {
  const days = until('2026-01-02');
  const products: ProductPlan[] = [
    {
      id: 'SUMMER',
      mean: (day) => (civilOf(day).month >= 5 && civilOf(day).month <= 8 ? 20 * 1.2 ** (day / 365) : 0),
    },
    { id: 'ALWAYS', mean: () => 15 },
  ];
  return {
    name: 'a summer product that grows 20 % a year beside a steady one, 3 years',
    records: recordsOf(days, products, 56),
    trainingDays: 1830,
    judge: (a) => [productsWithin(a, products, days, 'year', 0.12)],
  };
}

/** A week of three times the sales that no record explains, some days ago. */
function unrecordedPromotion(ago: number): Scenario {
  const days = 420;
  const inBurst = (day: number) => day >= days - ago - 7 && day < days - ago;
  return {
    name: `a week of x3 that no record explains, ended ${ago} days ago`,
    records: recordsOf(
      days,
      same(3, (day) => (inBurst(day) ? 60 : 20)),
      58,
    ),
    trainingDays: 1830,
    judge: (a) => {
      const usual = same(3, () => 20);
      return [productsWithin(a, usual, days, 'month', 0.1), productsWithin(a, usual, days, 'year', 0.1)];
    },
  };
}

/** A shop whose only product sells in four months of the year, with a record of every day. */
function seasonalShop(season: 'summer' | 'winter', days: number): Scenario {
  const months = season === 'summer' ? [5, 6, 7, 8] : [11, 12, 1, 2];
  const products = same(1, (day) => (months.includes(civilOf(day).month) ? 90 : 0)).map((product) => ({
    ...product,
    zeros: true,
  }));
  return {
    name: `a shop of one ${season} product, ${days} days`,
    records: recordsOf(days, products, 59),
    trainingDays: 1830,
    judge: (a) => {
      const right = total(products[0].mean, days, 30);
      const month = a.units('P0', 'month');
      return [
        right === 0
          ? check('month', 'below 1', month, month < 1)
          : productsWithin(a, products, days, 'month', 0.15),
        productsWithin(a, products, days, 'year', 0.1),
      ];
    },
  };
}

/** Products that sell from May to August only, asked in December. */
function summerInWinter(): Scenario {
  const days = until('2025-12-01');
  const inSeason = (day: number) => civilOf(day).month >= 5 && civilOf(day).month <= 8;
  const products = same(3, (day) => (inSeason(day) ? 20 : 0));
  return {
    name: 'three summer products, asked on 1 December',
    records: recordsOf(days, products, 57),
    trainingDays: 1830,
    judge: (a) => [
      ...products.map(({ id }) =>
        check(`month of ${id}`, 'below 1', a.units(id, 'month'), a.units(id, 'month') < 1),
      ),
      productsWithin(a, products, days, 'year', 0.1),
    ],
  };
}
