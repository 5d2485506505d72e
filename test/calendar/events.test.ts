import { describe, expect, it } from 'vitest';
import { type CalendarEvent, combineEvents, eventMask } from '../../src/calendar/events.js';

const sale = { name: 'sale', day: 10, lowerWindow: -1, upperWindow: 2 };
const holiday = { name: 'holiday', day: 14 };

describe('eventMask', () => {
  it('marks an event and the days around it, as far as they are asked for', () => {
    expect(Array.from(eventMask([sale, holiday], 9, 6))).toEqual([1, 1, 1, 1, 0, 1]);
    expect(Array.from(eventMask([sale, holiday], 11, 2))).toEqual([1, 1]);
    expect(Array.from(eventMask([sale, holiday], 20, 2))).toEqual([0, 0]);
  });
});

describe('combineEvents', () => {
  it.each([
    ['a day as text', { name: 'Christmas', day: '2026-12-25' }, ['events', 1]],
    ['no day', { name: 'Christmas', date: '2026-12-25' }, ['events', 1]],
    ['half a day', { name: 'Christmas', day: 20_812.5 }, ['events', 1]],
    ['no name', { day: 20_812 }, ['events', 1]],
    ['nothing', null, ['events', 1]],
    ['days before as a positive number', { ...holiday, lowerWindow: 24 }, ['events', 1]],
    ['days after as a negative number', { ...holiday, upperWindow: -1 }, ['events', 1]],
    ['another column of a scope', { ...holiday, scope: { sku: 'MUG' } }, ['events', 1, 'scope', 'sku']],
  ])('refuses %s, which would leave the event out in silence', (_, event, path) => {
    const refused = expect.objectContaining({ code: 'invalid-option', path });
    expect(() => combineEvents([sale, event as CalendarEvent])).toThrow(refused);
  });

  it('joins lists and sources, and keeps events whose window reaches into the days', () => {
    const asked: number[][] = [];
    const events = combineEvents([sale, holiday], (from, to) => {
      asked.push([from, to]);
      return [{ name: 'other', day: from }];
    });
    expect(events(12, 13)).toEqual([sale, { name: 'other', day: 12 }]);
    expect(events(8, 9).map(({ name }) => name)).toEqual(['sale', 'other']);
    expect(events(15, 20).map(({ name }) => name)).toEqual(['other']);
    expect(asked).toEqual([
      [12, 13],
      [8, 9],
      [15, 20],
    ]);
  });
});
