import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../../../src/calendar/day.js';
import {
  dueDays,
  findSchedule,
  type OrderSchedule,
} from '../../../../src/models/structural/occasions/order-schedule.js';
import { createRandom } from '../../../../src/random.js';

const monthly = { every: 1, month: 0 };
const dates = (schedule: OrderSchedule, from: string, to: string) =>
  dueDays(schedule, parseDay(from), parseDay(to)).map(formatDay);

// Right dates: the calendars of 2024 and 2025.
describe('dueDays', () => {
  it('takes the last day of shorter months', () => {
    const schedule = { kind: 'day-of-month', dayOfMonth: 31, roll: 'none', months: monthly } as const;
    expect(dates(schedule, '2024-01-31', '2024-05-01')).toEqual([
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
    ]);
  });

  it('moves weekends to Monday or Friday, into another month too', () => {
    const on = (roll: 'following' | 'preceding', dayOfMonth: number) =>
      ({ kind: 'day-of-month', dayOfMonth, roll, months: monthly }) as const;
    expect(dates(on('following', 31), '2025-05-15', '2025-06-15')).toEqual(['2025-06-02']);
    expect(dates(on('preceding', 1), '2025-01-20', '2025-03-10')).toEqual(['2025-01-31', '2025-02-28']);
  });

  it('counts weekdays from the start of a month and from its end', () => {
    const firstMonday = { kind: 'weekday-of-month', weekday: 0, nth: 1, months: monthly } as const;
    expect(dates(firstMonday, '2025-01-01', '2025-03-31')).toEqual([
      '2025-01-06',
      '2025-02-03',
      '2025-03-03',
    ]);
    expect(dates({ ...firstMonday, weekday: 4, nth: 5 }, '2025-01-01', '2025-03-01')).toEqual([
      '2025-01-31',
      '2025-02-28',
    ]);
  });

  it('skips months between those of a quarter', () => {
    const months = { every: 3, month: 0 };
    const schedule = { kind: 'day-of-month', dayOfMonth: 5, roll: 'none', months } as const;
    expect(dates(schedule, '2024-12-01', '2025-08-01')).toEqual(['2025-01-05', '2025-04-05', '2025-07-05']);
  });
});

describe('findSchedule', () => {
  const from = parseDay('2023-01-01');
  const end = parseDay('2025-09-01');
  const schedules: readonly OrderSchedule[] = [
    { kind: 'day-of-month', dayOfMonth: 5, roll: 'none', months: monthly },
    { kind: 'day-of-month', dayOfMonth: 31, roll: 'preceding', months: monthly },
    { kind: 'day-of-month', dayOfMonth: 15, roll: 'none', months: { every: 3, month: 1 } },
    { kind: 'weekday-of-month', weekday: 2, nth: 2, months: monthly },
    { kind: 'interval', days: 14, first: from + 3 },
    { kind: 'interval', days: 45, first: from + 10 },
  ];

  it.each(schedules)('finds %o, also with an order missed and one in between', (schedule) => {
    const due = dueDays(schedule, from, end);
    const orders = [...due.filter((_, i) => i !== 4), due[2] + 3].sort((a, b) => a - b);
    const found = findSchedule(orders, end, orders.length / (end - from));
    expect(found && dueDays(found, end, end + 365)).toEqual(dueDays(schedule, end, end + 365));
  });

  it('finds none in random days', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const perYear = [4, 12, 40][seed % 3];
      const orders: number[] = [];
      for (let day = from; day < end; day++) if (random.uniform() < perYear / 365) orders.push(day);
      expect(findSchedule(orders, end, orders.length / (end - from))).toBeUndefined();
    }
  });
});
