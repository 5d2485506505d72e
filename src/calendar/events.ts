import { isRecord } from '../checked-json.js';
import { invalidOption } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
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

/** Largest window of an event, in days. */
export const MAX_EVENT_WINDOW = 36_600;

const SCOPE: OptionTable<EventScope> = { productId: 1, category: 1, location: 1 };

/**
 * Checks events, so that none is left out in silence because its day is a text or its window has the wrong sign.
 *
 * @throws ForecastError `invalid-option` with the index of the first wrong event in the path.
 */
export function checkEvents(events: readonly CalendarEvent[]): void {
  for (const [i, event] of events.entries()) {
    const path = ['events', i];
    const refuse = (reason: string) => invalidOption(path, `${reason}, not ${JSON.stringify(event)}`);
    if (!isRecord(event) || typeof event.name !== 'string' || !Number.isInteger(event.day)) {
      refuse("An event needs a name and a day such as parseDay('2026-12-25')");
    }
    const { lowerWindow = 0, upperWindow = 0, scope } = event;
    const isWindow = (days: number) => Number.isInteger(days) && days >= 0 && days <= MAX_EVENT_WINDOW;
    if (!isWindow(-lowerWindow) || !isWindow(upperWindow)) {
      refuse(`Windows are from ${-MAX_EVENT_WINDOW} to 0 and from 0 to ${MAX_EVENT_WINDOW} days`);
    }
    if (scope != null) refuseUnknown(scope, SCOPE, [...path, 'scope']);
  }
}

/**
 * Joins several sources (country holidays, own promotions) into one.
 *
 * @throws ForecastError `invalid-option` for a wrong event of a list.
 */
export function combineEvents(...sources: readonly (EventSource | readonly CalendarEvent[])[]): EventSource {
  for (const source of sources) if (typeof source !== 'function') checkEvents(source);
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
