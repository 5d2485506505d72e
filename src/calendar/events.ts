import type { Day } from './day.js';

/** A holiday or a custom event on one day, with the days around it that it also touches. */
export interface CalendarEvent {
  /** Events of the same name share one effect. */
  readonly name: string;
  readonly day: Day;
  /** Days before `day` that the event touches, as a number of days that is 0 or negative. Default 0. */
  readonly lowerWindow?: number;
  /** Days after `day` that the event touches, 0 or positive. Default 0. */
  readonly upperWindow?: number;
  /** Series that the event applies to: those that match all the given columns. Default: all. */
  readonly scope?: EventScope;
}

/** Narrows an event to a product, a category, a location, or several of them at once. */
export interface EventScope {
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
}

/**
 * Function that returns the events between two days, both included, such as the result of `countryHolidays`.
 */
export type EventSource = (from: Day, to: Day) => readonly CalendarEvent[];

/** One byte per day from `from`: 1 where an event or its window touches the day. */
export function eventMask(events: readonly CalendarEvent[], from: Day, days: number): Uint8Array {
  const mask = new Uint8Array(days);
  for (const event of events) {
    const first = event.day + (event.lowerWindow ?? 0) - from;
    const last = event.day + (event.upperWindow ?? 0) - from;
    for (let i = Math.max(0, first); i <= Math.min(days - 1, last); i++) mask[i] = 1;
  }
  return mask;
}

/** Joins several sources (country holidays, own promotions) into one. */
export function combineEvents(...sources: readonly (EventSource | readonly CalendarEvent[])[]): EventSource {
  return (from, to) =>
    sources.flatMap((source) =>
      typeof source === 'function'
        ? source(from, to)
        : source.filter(
            (event) =>
              event.day + (event.upperWindow ?? 0) >= from && event.day + (event.lowerWindow ?? 0) <= to,
          ),
    );
}
