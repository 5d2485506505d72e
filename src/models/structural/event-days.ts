import type { Day } from '../../calendar/day.js';
import type { CalendarEvent } from '../../calendar/events.js';
import { type EventScopes, eventsOfSet } from '../../panel/event-scopes.js';
import type { StepGrid } from '../step-grid.js';
import { type EventKinds, eventColumn } from './event-columns.js';

/** The span of steps on which events are looked up. */
export interface EventSpan {
  readonly startDay: Day;
  readonly steps: number;
  readonly grid: StepGrid;
}

/** The kind of event of each step, -1 for none: common to all series, or by series where events have scopes. */
export class EventDays {
  /** Events that are for all series. */
  readonly common: Int32Array;
  readonly #bySet: readonly Int32Array[];

  /** @param kinds of all the events */
  constructor(
    events: readonly CalendarEvent[],
    readonly kinds: EventKinds,
    readonly scopes: EventScopes | undefined,
    { startDay, steps, grid }: EventSpan,
  ) {
    const columnOf = (of: readonly CalendarEvent[]) => eventColumn(of, kinds, startDay, steps, grid);
    const unscoped = scopes && eventsOfSet(events, { scopes: scopes.scopes, sets: [[]] }, 0);
    this.common = columnOf(unscoped ?? events);
    this.#bySet = scopes ? scopes.sets.map((_, set) => columnOf(eventsOfSet(events, scopes, set))) : [];
  }

  of(series: number): Int32Array {
    return this.scopes ? this.#bySet[this.scopes.setOf[series]] : this.common;
  }

  /** 1 on the days of a window that a series has and others do not; undefined if it has the same events as all. */
  own(series: number): Uint8Array | undefined {
    const column = this.of(series);
    if (column === this.common) return undefined;
    return Uint8Array.from(column, (kind, i) =>
      kind >= 0 && kind !== this.common[i] && isFeast(this.kinds, kind) ? 1 : 0,
    );
  }
}

/**
 * True for a day in the window of an event that is not a routine; such days are left out when learning usual
 * days.
 */
export function isFeast({ outside, routine, eventOf }: EventKinds, kind: number): boolean {
  return outside[kind] === 0 && routine[eventOf[kind]] === 0;
}
