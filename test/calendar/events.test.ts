import { describe, expect, it } from 'vitest';
import { combineEvents, eventMask } from '../../src/calendar/events.js';

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
