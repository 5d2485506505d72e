import type { Day } from '../../calendar/day.js';
import type { CalendarEvent } from '../../calendar/events.js';
import type { StepGrid } from '../step-grid.js';

/**
 * The kinds of days that events make: each day of the window of an event, counted from its central day, and the
 * days just before and after the window of a rare one. They are in a fixed order, so that the order of the
 * events does not matter.
 */
export interface EventKinds {
  /** Names of the events. */
  readonly names: readonly string[];
  /** For each kind: index of the event, offset in steps from its day, and 1 if it lies outside the window. */
  readonly eventOf: Int32Array;
  readonly offsetOf: Int32Array;
  readonly outside: Uint8Array;
  /**
   * 1 for events so frequent that their days cannot be left out when learning other factors: routines, not
   * holidays.
   */
  readonly routine: Uint8Array;
}

/** Days around the window of a rare event that may react to it. */
const LEAD_DAYS = 7;
const TRAIL_DAYS = 3;
/** Most occurrences a year of a rare event. */
const RARE_PER_YEAR = 4;
/** Days a year above which an event counts as a routine. */
const ROUTINE_DAYS_PER_YEAR = 60;

/** The kinds of the events, independent of any span of days. */
export function eventKindsOf(events: readonly CalendarEvent[], grid: StepGrid): EventKinds {
  const byName = groupByName(events);
  const eventOf: number[] = [];
  const offsetOf: number[] = [];
  const outside: number[] = [];
  const routine: number[] = [];
  byName.forEach(([, own], event) => {
    const [first, last] = windowOf(own, grid);
    const perYear = occurrencesPerYear(own);
    const rare = perYear <= RARE_PER_YEAR;
    const [lead, trail] = rare ? surroundings(grid) : [0, 0];
    for (let offset = first - lead; offset <= last + trail; offset++) {
      eventOf.push(event);
      offsetOf.push(offset);
      outside.push(offset < first || offset > last ? 1 : 0);
    }
    routine.push(perYear * (last - first + 1) * grid.stepDays > ROUTINE_DAYS_PER_YEAR ? 1 : 0);
  });
  return {
    names: byName.map(([name]) => name),
    eventOf: Int32Array.from(eventOf),
    offsetOf: Int32Array.from(offsetOf),
    outside: Uint8Array.from(outside),
    routine: Uint8Array.from(routine),
  };
}

/**
 * Kind of each step, -1 for none: of several events the rarest one, and days of a window before days around one.
 *
 * @param kinds of these events, or of more
 */
export function eventColumn(
  events: readonly CalendarEvent[],
  kinds: EventKinds,
  startDay: Day,
  steps: number,
  grid: StepGrid,
): Int32Array {
  const column = new Int32Array(steps).fill(-1);
  const rank = new Float64Array(steps).fill(Number.POSITIVE_INFINITY);
  const kindAt = new Map(Array.from(kinds.eventOf, (event, k) => [`${event} ${kinds.offsetOf[k]}`, k]));
  groupByName(events).forEach(([name, own]) => {
    const event = kinds.names.indexOf(name);
    const perYear = occurrencesPerYear(own);
    const [lead, trail] = perYear <= RARE_PER_YEAR ? surroundings(grid) : [0, 0];
    for (const one of own) {
      const centre = Math.ceil((one.day - startDay) / grid.stepDays);
      const first = stepsOf(one.lowerWindow ?? 0, grid);
      const last = stepsOf(one.upperWindow ?? 0, grid);
      for (let offset = first - lead; offset <= last + trail; offset++) {
        const step = centre + offset;
        if (step < 0 || step >= steps) continue;
        const distance = Math.max(0, first - offset, offset - last);
        // Within a window the rarest event counts; around windows the nearest.
        const order = distance === 0 ? perYear / 1e6 : distance + perYear / 1e6;
        if (order >= rank[step]) continue;
        const kind = kindAt.get(`${event} ${offset}`);
        if (kind === undefined) continue;
        rank[step] = order;
        column[step] = kind;
      }
    }
  });
  return column;
}

function stepsOf(days: number, grid: StepGrid): number {
  return grid.stepDays === 1 ? days : Math.trunc(days / grid.stepDays);
}

function surroundings(grid: StepGrid): [number, number] {
  return grid.stepDays === 1 ? [LEAD_DAYS, TRAIL_DAYS] : [1, 1];
}

function windowOf(events: readonly CalendarEvent[], grid: StepGrid): [number, number] {
  let first = 0;
  let last = 0;
  for (const { lowerWindow = 0, upperWindow = 0 } of events) {
    first = Math.min(first, stepsOf(lowerWindow, grid));
    last = Math.max(last, stepsOf(upperWindow, grid));
  }
  return [first, last];
}

function occurrencesPerYear(events: readonly CalendarEvent[]): number {
  const days = new Set(events.map(({ day }) => day));
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  return days.size / ((last - first) / 365 + 1);
}

function groupByName(events: readonly CalendarEvent[]): [string, CalendarEvent[]][] {
  const groups = new Map<string, CalendarEvent[]>();
  for (const event of events) {
    const group = groups.get(event.name);
    if (group) group.push(event);
    else groups.set(event.name, [event]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
