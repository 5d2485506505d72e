import { dayFromCivil, dayOfWeek, parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import type { KnownFuture } from '../../src/models/contract.js';
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
  within,
  worst,
} from './scenario.js';

/** Shops with feasts, closures, promotions and prices. */
export function calendarScenarios(): Scenario[] {
  return [
    christmas(true),
    christmas(false),
    seasonOnly('Christmas goods', 2, '2025-12-01', (month, day) => month === 12 && day <= 24),
    seasonOnly('Christmas goods', 3, '2025-12-01', (month, day) => month === 12 && day <= 24),
    seasonOnly('summer goods', 3, '2026-06-01', (month) => month >= 6 && month <= 8),
    strongSeason(),
    easter(),
    blackFriday(),
    ramadan(),
    closedSundays(),
    ...[60, 150].map(closedWeekendsOfLate),
    closedAugust(),
    weekendStall(),
    weekendProduct(),
    promotion(),
    priceCut(),
    leapDay(),
    monthly(),
    monthlyBesideDaily(),
    iceCream(0),
    iceCream(3),
    weekly(),
    weeklySince(),
  ];
}

const FIVE: readonly ProductPlan[] = [8, 15, 30, 50, 90].map((mean, i) => ({
  id: `P${i}`,
  mean: () => mean,
}));

function scaled(factor: (day: number) => number): ProductPlan[] {
  return FIVE.map(({ id, mean }) => ({ id, mean: (day) => mean(day) * factor(day) }));
}

/** Sum of all answers against the truth. */
function wholeMonth(a: Answers, products: readonly ProductPlan[], from: number, tolerance: number) {
  const right = products.reduce((sum, { mean }) => sum + total(mean, from, 30), 0);
  return within(
    'month of all',
    a.days.subarray(0, 30).reduce((x, y) => x + y, 0),
    right,
    tolerance,
  );
}

function christmas(named: boolean): Scenario {
  const inSeason = (day: number) => civilOf(day).month === 12 && civilOf(day).dayOfMonth <= 24;
  const products = scaled((day) => (inSeason(day) ? 4 : 1));
  const days = until('2025-12-01');
  const tolerance = named ? 0.15 : 0.2;
  return {
    name: `Christmas x4, 3 years, asked on 1 December, ${named ? 'named' : 'not named'}`,
    records: recordsOf(days, products, 21),
    trainingDays: 1100,
    ...(named && {
      events: [2023, 2024, 2025, 2026].map((year) => ({
        name: 'Christmas trade',
        day: dayFromCivil(year, 12, 24),
        lowerWindow: -23,
      })),
    }),
    judge: (a) => [
      wholeMonth(a, products, days, tolerance),
      productsWithin(a, products, days, 'month', tolerance),
    ],
  };
}

/** A product that sells in its season only, in one category with two that sell the same every day. */
function seasonOnly(
  what: string,
  years: number,
  asked: string,
  inSeason: (month: number, dayOfMonth: number) => boolean,
): Scenario {
  const from = until(asked) - 365 * years;
  const seasonal = (day: number) => (inSeason(civilOf(day).month, civilOf(day).dayOfMonth) ? 30 : 0);
  const products: ProductPlan[] = [
    { id: 'STEADY', mean: () => 10 },
    { id: 'STEADY2', mean: () => 20 },
    { id: 'SEASONAL', mean: (day) => (day < from ? 0 : seasonal(day)) },
  ];
  const days = until(asked);
  return {
    name: `${what} beside two steady products, ${years} years, asked on the day before`,
    records: recordsOf(days, products, 31).filter(({ date: text }) => parseDay(String(text)) >= START + from),
    trainingDays: 1830,
    judge: (a) => [productsWithin(a, products, days, 'month', 0.15)],
  };
}

/** A product that sells alike all year, in one category with two that sell twenty times as much in summer as in winter. */
function strongSeason(): Scenario {
  const seasonal = (day: number) => Math.exp(1.5 * Math.sin((2 * Math.PI * day) / 365.25 - 1.5));
  const products: ProductPlan[] = [
    { id: 'ICE', mean: (day) => 20 * seasonal(day) },
    { id: 'PARASOL', mean: (day) => 40 * seasonal(day) },
    { id: 'BREAD', mean: () => 15 },
  ];
  const days = 913;
  return {
    name: 'a flat product beside two of a strong season, 2.5 years',
    records: recordsOf(days, products, 5),
    trainingDays: 1830,
    judge: (a) =>
      products.map(({ id, mean }) =>
        within(`year of ${id}`, a.units(id, 'year'), total(mean, days, 365), 0.1),
      ),
  };
}

const EASTER = ['2023-04-09', '2024-03-31', '2025-04-20', '2026-04-05'];

function easter(): Scenario {
  const sundays = EASTER.map(parseDay);
  const products = scaled((day) => (sundays.some((s) => START + day > s - 7 && START + day <= s) ? 2.5 : 1));
  const days = until('2026-03-25');
  return {
    name: 'Easter week x2.5, named',
    records: recordsOf(days, products, 22),
    trainingDays: 1200,
    events: sundays.map((day) => ({ name: 'Easter', day, lowerWindow: -6 })),
    judge: (a) => [
      productsWithin(a, products, days, 'month', 0.15),
      eventDays(a, products, days, until('2026-03-30'), 7),
    ],
  };
}

function blackFriday(): Scenario {
  const fridays = ['2023-11-24', '2024-11-29', '2025-11-28'].map(parseDay);
  const products = scaled((day) => (fridays.includes(START + day) ? 5 : 1));
  const days = until('2025-11-20');
  return {
    name: 'Black Friday x5, named',
    records: recordsOf(days, products, 23),
    trainingDays: 1100,
    events: fridays.map((day) => ({ name: 'Black Friday', day })),
    judge: (a) => [
      productsWithin(a, products, days, 'month', 0.15),
      eventDays(a, products, days, until('2025-11-28'), 1),
    ],
  };
}

function ramadan(): Scenario {
  const firsts = ['2023-03-23', '2024-03-11', '2025-03-01', '2026-02-18'].map(parseDay);
  const inMonth = (day: number) => firsts.some((first) => START + day >= first && START + day < first + 30);
  const products = scaled((day) => (inMonth(day) ? 1.8 : 1));
  const days = until('2026-02-18');
  return {
    name: 'Ramadan x1.8, 11 days earlier each year, named',
    records: recordsOf(days, products, 24),
    trainingDays: 1200,
    events: firsts.map((day): CalendarEvent => ({ name: 'Ramadan', day, upperWindow: 29 })),
    judge: (a) => [productsWithin(a, products, days, 'month', 0.15)],
  };
}

function eventDays(a: Answers, products: readonly ProductPlan[], days: number, from: number, length: number) {
  const right = products.reduce((sum, { mean }) => sum + total(mean, from, length), 0);
  const answer = a.days.subarray(from - days, from - days + length).reduce((x, y) => x + y, 0);
  return within('days of the event', answer, right, 0.15);
}

function closedSundays(): Scenario {
  const open = (day: number) => dayOfWeek(START + day) !== 6;
  const products = scaled((day) => (open(day) ? 1 : 0));
  return {
    name: 'closed every Sunday',
    records: recordsOf(400, products, 25),
    judge: (a) => [closedDays(a, 400, open, 60), productsWithin(a, products, 400, 'month', 0.15)],
  };
}

function closedWeekendsOfLate(since: number): Scenario {
  const open = (day: number) => day < 500 - since || dayOfWeek(START + day) < 5;
  const products = scaled((day) => (open(day) ? 1 : 0));
  return {
    name: `closed on weekends for ${since} days`,
    records: recordsOf(500, products, 25),
    judge: (a) => [closedDays(a, 500, open, 60), productsWithin(a, products, 500, 'month', 0.15)],
  };
}

function closedAugust(): Scenario {
  const open = (day: number) => civilOf(day).month !== 8;
  const products = scaled((day) => (open(day) ? 1 : 0));
  const days = until('2025-07-20');
  return {
    name: 'closed every August, asked on 20 July',
    records: recordsOf(days, products, 26),
    trainingDays: 1000,
    judge: (a) => [closedDays(a, days, open, 60), productsWithin(a, products, days, 'month', 0.15)],
  };
}

/** A shop that sells on Saturdays and Sundays only. */
function weekendStall(): Scenario {
  const open = (day: number) => dayOfWeek(START + day) > 4;
  const products = scaled((day) => (open(day) ? 1 : 0));
  return {
    name: 'a market stall of the weekend, 420 days',
    records: recordsOf(420, products, 32),
    judge: (a) => [
      closedDays(a, 420, open, 60),
      productsWithin(a, products, 420, 'month', 0.15),
      productsWithin(a, products, 420, 'year', 0.15),
    ],
  };
}

/** A product that sells on Saturdays and Sundays only, beside two that sell every day. */
function weekendProduct(): Scenario {
  const products: ProductPlan[] = [
    { id: 'WEEKEND', mean: (day) => (dayOfWeek(START + day) > 4 ? 12 : 0) },
    { id: 'DAILY', mean: () => 10 },
    { id: 'DAILY2', mean: () => 25 },
  ];
  return {
    name: 'a product of the weekend beside daily ones, 98 days',
    records: recordsOf(98, products, 33),
    judge: (a) => [
      within('week of WEEKEND', a.units('WEEKEND', 'week'), 24, 0.15),
      productsWithin(a, products, 98, 'month', 0.15),
    ],
  };
}

function closedDays(a: Answers, days: number, open: (day: number) => boolean, ahead: number) {
  let sum = 0;
  for (let h = 0; h < ahead; h++) if (!open(days + h)) sum += a.days[h];
  return check('units on closed days', '0', sum, sum === 0);
}

/** Known-future columns for products of the panel in the order of their ids. */
function planned(
  days: number,
  products: readonly ProductPlan[],
  column: 'promo' | 'price',
  planOf: (product: ProductPlan, day: number) => number,
): KnownFuture {
  const ids = products.map(({ id }) => id).sort();
  const ahead = 30;
  const values = ids.flatMap((id) => {
    const product = products.find((one) => one.id === id)!;
    return Array.from({ length: ahead }, (_, h) => planOf(product, days + h));
  });
  const future = { startDay: START + days, days: ahead };
  return column === 'promo'
    ? { ...future, promo: Uint8Array.from(values) }
    : { ...future, price: Float32Array.from(values) };
}

function promotion(): Scenario {
  const days = 420;
  // Twelve weeks in the past at uneven distances, and the next one.
  const weeks = [3, 8, 12, 15, 20, 24, 29, 33, 38, 42, 47, 55, 60];
  const promoted = (day: number) => weeks.includes(Math.floor(day / 7));
  const products = FIVE.map(
    ({ id, mean }): ProductPlan => ({
      id,
      mean: (day) => mean(day) * (promoted(day) ? 3 : 1),
      extra: (day) => ({ promo: promoted(day) }),
    }),
  );
  return {
    name: 'promotion x3 next week, 12 like it in the past, planned',
    records: recordsOf(days, products, 27),
    future: planned(days, products, 'promo', (_, day) => (promoted(day) ? 1 : 0)),
    judge: (a) => [
      worst(
        a,
        products.map(({ id, mean }) => [id, total(mean, days, 7)]),
        'week',
        0.15,
      ),
      productsWithin(a, products, days, 'month', 0.15),
    ],
  };
}

function priceCut(): Scenario {
  const days = 420;
  const usual = [12, 8, 5, 3, 2];
  // Prices move in steps of some weeks; the cut is the next one.
  const ratio = (day: number) =>
    day >= days ? 0.8 : [1, 1, 0.9, 1, 1.1, 1, 0.85, 1, 1, 0.75, 1, 1][Math.floor(day / 14) % 12];
  const products = FIVE.map(
    ({ id, mean }, i): ProductPlan => ({
      id,
      mean: (day) => mean(day) * ratio(day) ** -2,
      extra: (day) => ({ price: usual[i] * ratio(day) }),
    }),
  );
  return {
    name: 'price cut of 20 % at elasticity -2, planned',
    records: recordsOf(days, products, 28).map((record) => ({
      ...record,
      revenue: record.units! * record.price!,
    })),
    future: planned(days, products, 'price', ({ id }) => usual[Number(id.slice(1))] * 0.8),
    judge: (a) => [
      worst(
        a,
        products.map(({ id, mean }) => [id, total(mean, days, 7)]),
        'week',
        0.15,
      ),
    ],
  };
}

function leapDay(): Scenario {
  const days = until('2024-02-20');
  const seasonal = (day: number) => 1 + 0.3 * Math.sin((2 * Math.PI * (START + day)) / 365.25);
  const products = scaled(seasonal).map((product) => ({ ...product, from: until('2022-01-01') }));
  return {
    name: 'a leap day ahead',
    records: recordsOf(days, products, 29),
    judge: (a) => [productsWithin(a, products, days, 'month', 0.1), ordinary(a)],
  };
}

/** No day of the next weeks stands out. */
function ordinary(a: Answers) {
  const days = a.days.subarray(0, 30);
  const ratio = Math.max(...days) / Math.min(...days);
  return check('largest day over smallest', 'below 1.6', ratio, ratio < 1.6);
}

function monthly(): Scenario {
  const firsts = Array.from({ length: 36 }, (_, k) => dayFromCivil(2023, 2 + k, 1) - START);
  return {
    name: '36 monthly records of 300',
    records: recordsOf(firsts[35] + 1, [
      { id: 'A', mean: (day) => (firsts.includes(day) ? 300 : 0), exact: true },
    ]),
    trainingDays: 1200,
    judge: (a) => cadence(a, 300),
  };
}

/** Orders of 100 on the second of each month, the last of them four weeks ago. */
function monthlyBesideDaily(): Scenario {
  const days = until('2025-01-01');
  return {
    name: 'a product ordered on the second of each month beside daily ones',
    records: recordsOf(
      days,
      [
        { id: 'MONTHLY', mean: (day) => (civilOf(day).dayOfMonth === 2 ? 100 : 0) },
        { id: 'O1', mean: () => 12 },
        { id: 'O2', mean: () => 30 },
      ],
      30,
    ),
    judge: (a) => [
      within('month of MONTHLY', a.units('MONTHLY', 'month'), 100, 0.2),
      within('year of MONTHLY', a.units('MONTHLY', 'year'), 1200, 0.2),
    ],
  };
}

function iceCream(others: number): Scenario {
  const from = until('2023-05-01');
  const days = until('2024-06-01');
  const mean = (day: number) => (civilOf(day).month >= 5 && civilOf(day).month <= 9 ? 30 : 0);
  const steady = Array.from({ length: others }, (_, k) => ({ id: `STEADY${k}`, mean: () => 12, from }));
  return {
    name: `ice cream from May to September, 13 months, beside ${others} steady products`,
    records: recordsOf(days, [{ id: 'ICE', mean, from }, ...steady], 29),
    today: '2024-06-01',
    judge: (a) => [
      within('month of ICE', a.units('ICE', 'month'), 900, 0.15),
      within('year of ICE', a.units('ICE', 'year'), 4590, 0.15),
    ],
  };
}

function weekly(): Scenario {
  return {
    name: '36 weekly records of 70',
    records: recordsOf(36 * 7 - 6, [{ id: 'A', mean: (day) => (day % 7 === 0 ? 70 : 0), exact: true }]),
    judge: (a) => cadence(a, 300),
  };
}

function weeklySince(): Scenario {
  const daily = { id: 'A', mean: () => 20, to: 400 };
  const weeks = { id: 'A', mean: (day: number) => (day % 7 === 6 ? 140 : 0), from: 400, shape: 40 };
  return {
    name: 'daily records, weekly totals for the last 91 days',
    records: [...recordsOf(400, [daily], 27), ...recordsOf(491, [weeks], 28)],
    judge: (a) => [
      within('month', a.units('A', 'month'), 600, 0.1),
      within('year', a.units('A', 'year'), 7300, 0.1),
    ],
  };
}

function cadence(a: Answers, right: number) {
  const units = a.units('A', 'month');
  const named = a.findings.some((code) => /cadence|interval|weekly|monthly/.test(code));
  const close = Math.abs(units / right - 1) <= 0.2;
  return [
    check(
      'month',
      `${right} within 20 %, or a finding`,
      `${units.toFixed(0)}${named ? ', named' : ''}`,
      close || named,
    ),
  ];
}
