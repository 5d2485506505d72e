import { type Day, FIRST_DAY, LAST_DAY } from '../../calendar/day.js';
import type { CalendarEvent } from '../../calendar/events.js';
import type { CheckedJson } from '../../checked-json.js';

/** One column of the design: the days at a fixed distance from every occurrence of an event. */
export interface EventFeature {
  readonly event: string;
  /** Days after the event itself, negative before it. */
  readonly offset: number;
  /** The days on which the column is 1, ascending. */
  readonly days: readonly Day[];
}

/** One feature for each event name and each distance in its windows, sorted by name and distance. */
export function eventFeatures(events: readonly CalendarEvent[]): EventFeature[] {
  const byName = new Map<string, Map<number, Set<Day>>>();
  for (const event of events) {
    let offsets = byName.get(event.name);
    if (offsets === undefined) byName.set(event.name, (offsets = new Map()));
    for (let offset = event.lowerWindow ?? 0; offset <= (event.upperWindow ?? 0); offset++) {
      const days = offsets.get(offset);
      if (days === undefined) offsets.set(offset, new Set([event.day + offset]));
      else days.add(event.day + offset);
    }
  }
  const names = [...byName.keys()].sort();
  return names.flatMap((event) =>
    [...(byName.get(event) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([offset, days]) => ({ event, offset, days: [...days].sort((a, b) => a - b) })),
  );
}

/** 1 on the days of the feature, whatever the time of day, and 0 elsewhere. */
export function eventColumn(feature: EventFeature, days: ArrayLike<number>): Float64Array {
  const touched = new Set(feature.days);
  return Float64Array.from(days, (day) => (touched.has(Math.floor(day)) ? 1 : 0));
}

/** A feature of a fitted model. @throws ForecastError `invalid-model` */
export function readEventFeature(json: CheckedJson): EventFeature {
  return {
    event: json.text('event'),
    offset: json.integer('offset', FIRST_DAY, LAST_DAY),
    days: json.numbers('days'),
  };
}
