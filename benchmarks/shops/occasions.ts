import { dayOfWeek, formatDay, parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import { createRandom } from '../../src/random.js';
import { negativeBinomial } from '../../src/testing/distributions.js';
import {
  type Answers,
  civilOf,
  dateOf,
  type ProductPlan,
  productsWithin,
  recordsOf,
  type Scenario,
  START,
  total,
  until,
  type Verdict,
  within,
} from './scenario.js';

/** Shops with sales that come on occasions only: an event, a promotion, a large order that comes again. */
export function occasionScenarios(): Scenario[] {
  return [
    ...['2026-03-05', '2026-03-25', '2025-09-01'].map(easterEggs),
    christmasTrees(),
    onlyOnBlackFriday(),
    annualFair(),
    onlyInPromotions(),
    ...['2025-09-01', '2025-09-20'].map((asked) =>
      standingOrders('200 on the 5th of each month', asked, (day) => onDay(day, 5) * 200),
    ),
    standingOrders(
      '200 on the 5th of each quarter',
      '2025-09-20',
      (day) => (civilOf(day).month % 3 === 1 ? 1 : 0) * onDay(day, 5) * 200,
    ),
    standingOrders(
      '200 on the last working day of each month',
      '2025-09-01',
      (day) => lastWorkingDay(day) * 200,
    ),
    standingOrders('100 every second Thursday', '2025-09-01', (day) => (day % 14 === 3 ? 100 : 0)),
    standingOrders('100 every Thursday', '2025-09-01', (day) => (day % 7 === 3 ? 100 : 0)),
    stoppedOrders(),
    ordersAtRandom(),
  ];
}

const STEADY: readonly ProductPlan[] = [
  { id: 'STEADY', mean: () => 10 },
  { id: 'STEADY2', mean: () => 25 },
];

function shop(
  name: string,
  asked: string,
  product: ProductPlan,
  { tolerance = 0.15, ...others }: Partial<Scenario> & { readonly tolerance?: number } = {},
): Scenario {
  const days = until(asked);
  const products = [product, ...STEADY];
  return {
    name,
    records: recordsOf(days, products, 41),
    trainingDays: 1830,
    judge: (a) => [
      ...(['month', 'year'] as const).map((period) => ofPeriod(a, product, days, period, tolerance)),
      productsWithin(a, STEADY, days, 'month', 0.15),
      dailySplit(a, products, days),
    ],
    ...others,
  };
}

function ofPeriod(
  a: Answers,
  { id, mean }: ProductPlan,
  days: number,
  period: 'month' | 'year',
  tolerance: number,
): Verdict {
  const right = total(mean, days, period === 'month' ? 30 : 365);
  const verdict = within(`${period} of ${id}`, a.units(id, period), right, tolerance);
  return right > 0 ? verdict : { ...verdict, right: 'below 1', ok: a.units(id, period) < 1 };
}

/** Units that the next two months have on the wrong days, over all of them. */
function dailySplit(a: Answers, products: readonly ProductPlan[], days: number): Verdict {
  let [wrong, all] = [0, 0];
  for (let h = 0; h < 60; h++) {
    const right = products.reduce((sum, { mean }) => sum + mean(days + h), 0);
    wrong += Math.abs(a.days[h] - right);
    all += right;
  }
  const share = wrong / all;
  return {
    what: 'on wrong days',
    right: 'at most 15 %',
    answer: `${(100 * share).toFixed(0)} %`,
    ok: share <= 0.15,
  };
}

function occasion(name: string, dates: readonly string[], window: Partial<CalendarEvent>) {
  const events = dates.map((date) => ({ name, day: parseDay(date), ...window }));
  const { lowerWindow = 0, upperWindow = 0 } = window;
  const isOn = (day: number) =>
    events.some((event) => START + day >= event.day + lowerWindow && START + day <= event.day + upperWindow);
  return { events, isOn };
}

function easterEggs(asked: string): Scenario {
  const dates = ['2023-04-09', '2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28'];
  const { events, isOn } = occasion('Easter', dates, { lowerWindow: -20 });
  const eggs = { id: 'EGGS', mean: (day: number) => (isOn(day) ? 40 : 0) };
  return shop(`Easter eggs sold in the three weeks of Easter only, named, asked on ${asked}`, asked, eggs, {
    events,
  });
}

function christmasTrees(): Scenario {
  const dates = ['2023-12-24', '2024-12-24', '2025-12-24', '2026-12-24'];
  const { events, isOn } = occasion('Christmas', dates, { lowerWindow: -20 });
  const trees = { id: 'TREE', mean: (day: number) => (isOn(day) ? 30 : 0) };
  return shop('Christmas trees, named', '2025-12-01', trees, { events });
}

function onlyOnBlackFriday(): Scenario {
  const dates = ['2023-11-24', '2024-11-29', '2025-11-28', '2026-11-27'];
  const { events, isOn } = occasion('Black Friday', dates, {});
  const box = { id: 'BOX', mean: (day: number) => (isOn(day) ? 200 : 0) };
  return shop('a product sold on Black Friday only, named', '2025-11-15', box, { events });
}

function annualFair(): Scenario {
  const dates = ['2023-09-06', '2024-08-28', '2025-09-17', '2026-09-02'];
  const { events, isOn } = occasion('Fair', dates, { upperWindow: 4 });
  const badge = { id: 'BADGE', mean: (day: number) => (isOn(day) ? 60 : 0.2) };
  return shop('a product sold at a yearly fair, hardly else, named', '2025-09-01', badge, { events });
}

function onlyInPromotions(): Scenario {
  const weeks = [3, 8, 12, 15, 20, 24, 29, 33, 38, 42, 47, 55, 60];
  const promoted = (day: number) => weeks.includes(Math.floor(day / 7));
  const days = 420;
  const product: ProductPlan = {
    id: 'PROMO',
    mean: (day) => (promoted(day) ? 30 : 0),
    extra: (day) => ({ promo: promoted(day) }),
  };
  const ahead = 30;
  const flags = Array.from({ length: ahead }, (_, h) => (promoted(days + h) ? 1 : 0));
  return shop('a product sold in promotions only, the next one planned', formatDay(START + days), product, {
    future: {
      startDay: START + days,
      days: ahead,
      promo: Uint8Array.from([...flags, ...new Array(2 * ahead).fill(0)]),
    },
  });
}

/** Orders of one customer on top of 5 a day. */
function standingOrders(name: string, asked: string, orders: (day: number) => number): Scenario {
  return shop(`${name} beside 5 a day, asked on ${asked}`, asked, {
    id: 'ORDERED',
    mean: (day) => 5 + orders(day),
  });
}

const onDay = (day: number, dayOfMonth: number) => (civilOf(day).dayOfMonth === dayOfMonth ? 1 : 0);

function lastWorkingDay(day: number): number {
  if (dayOfWeek(START + day) > 4) return 0;
  const next = day + (dayOfWeek(START + day) === 4 ? 3 : 1);
  return civilOf(next).month === civilOf(day).month ? 0 : 1;
}

function stoppedOrders(): Scenario {
  const mean = (day: number) => 5 + (day < until('2025-05-01') ? 200 * onDay(day, 5) : 0);
  return shop('200 on the 5th of each month until April, asked in September', '2025-09-01', {
    id: 'STOPPED',
    mean,
  });
}

/** Eight orders a year of about 200 on any day, on top of 5 a day. */
function ordersAtRandom(): Scenario {
  const days = until('2025-09-01');
  const random = createRandom(43);
  const records = recordsOf(days, [{ id: 'ORDERED', mean: () => 5 }, ...STEADY], 42);
  for (let day = 0; day < days; day++) {
    if (random.uniform() > 8 / 365) continue;
    const units = negativeBinomial(random, 200, 10);
    records.push({ date: dateOf(day), productId: 'ORDERED', category: 'All', units });
  }
  return {
    name: 'large orders at random, eight a year, beside 5 a day',
    records,
    trainingDays: 1830,
    judge: (a) => [
      within('year of ORDERED', a.units('ORDERED', 'year'), 365 * 5 + 8 * 200, 0.25),
      productsWithin(a, STEADY, days, 'year', 0.15),
    ],
  };
}
