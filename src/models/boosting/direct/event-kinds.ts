import type { Day } from '../../../calendar/day.js';
import type { CalendarEvent } from '../../../calendar/events.js';
import type { StepGrid } from '../../step-grid.js';

/**
 * Events by kind: the day of an event, each day of its window, and for a rare event each day shortly before and
 * after it, are separate kinds, because sales react differently to each.
 */
export interface EventIdentities {
  /** Number of events that touch each step. */
  readonly eventCount: Float32Array;
  /** Kind of the rarest event that touches each step, -1 for none. */
  readonly kindOf: Int32Array;
  /** Kind of the nearest rare event that is close to the step without touching it, -1 for none. */
  readonly nearKindOf: Int32Array;
  /** Steps until the next and since the last rare event, at most 30. */
  readonly toNext: Float32Array;
  readonly sinceLast: Float32Array;
  /** Steps at which each kind occurs, ascending. */
  readonly occurrences: readonly Int32Array[];
}

/** Cap on distances to events, in steps. */
export const EVENT_SIGHT = 30;
/** Most occurrences a year of a rare event: a holiday rather than a weekly or monthly routine. */
const RARE_PER_YEAR = 4;
/** Days before and after a rare event that sales may react to as well. */
const LEAD_DAYS = 7;
const TRAIL_DAYS = 3;

/**
 * Events of the steps from `startDay` on. The values of a step depend on events up to {@link EVENT_SIGHT} steps
 * later, so `steps` must include as many more than are used.
 */
export function eventKinds(
  startDay: Day,
  steps: number,
  grid: StepGrid,
  events: readonly CalendarEvent[],
): EventIdentities {
  const { stepDays } = grid;
  const register = new KindRegister(steps);
  const stepOf = (day: Day) => Math.ceil((day - startDay) / stepDays);
  const [lead, trail] = stepDays === 1 ? [LEAD_DAYS, TRAIL_DAYS] : [1, 1];
  for (const [name, own] of byName(events)) {
    const rare = isRare(own);
    for (const event of own) {
      for (let offset = event.lowerWindow ?? 0; offset <= (event.upperWindow ?? 0); offset++) {
        register.touch({
          key: `${name} ${offset}`,
          step: stepOf(event.day + offset),
          count: own.length,
          rare,
        });
      }
      if (!rare) continue;
      const centre = stepOf(event.day);
      for (let offset = -lead; offset <= trail; offset++) {
        if (offset !== 0) register.near(`${name} near ${offset}`, centre + offset, Math.abs(offset));
      }
    }
  }
  return register.finish();
}

class KindRegister {
  private readonly kinds = new Map<string, Set<number>>();
  /** Keys of the events that touch each step, with their counts. */
  private readonly touching: Map<string, number>[];
  private readonly nearest: (string | undefined)[];
  private readonly distance: Float64Array;
  private readonly rareStep: Uint8Array;

  constructor(private readonly steps: number) {
    this.touching = Array.from({ length: steps }, () => new Map<string, number>());
    this.nearest = new Array<string | undefined>(steps).fill(undefined);
    this.distance = new Float64Array(steps).fill(Number.POSITIVE_INFINITY);
    this.rareStep = new Uint8Array(steps);
  }

  /** @param touch `count` is the total number of occurrences of the event, inside and outside of the steps */
  touch({ key, step, count, rare }: { key: string; step: number; count: number; rare: boolean }): void {
    if (!this.add(key, step)) return;
    this.touching[step].set(key, count);
    if (rare) this.rareStep[step] = 1;
  }

  near(key: string, step: number, distance: number): void {
    if (!this.add(key, step) || distance >= this.distance[step]) return;
    this.distance[step] = distance;
    this.nearest[step] = key;
  }

  finish(): EventIdentities {
    const keys = [...this.kinds.keys()];
    const index = new Map(keys.map((key, i) => [key, i]));
    const rarest = (touching: Map<string, number>) =>
      [...touching].reduce((best, entry) => (entry[1] < best[1] ? entry : best))[0];
    return {
      eventCount: Float32Array.from(this.touching, (touching) => touching.size),
      kindOf: Int32Array.from(this.touching, (touching) =>
        touching.size === 0 ? -1 : (index.get(rarest(touching)) ?? -1),
      ),
      nearKindOf: Int32Array.from(this.nearest, (key) => (key === undefined ? -1 : (index.get(key) ?? -1))),
      toNext: distances(this.rareStep.slice().reverse()).reverse(),
      sinceLast: distances(this.rareStep),
      occurrences: [...this.kinds.values()].map((steps) => Int32Array.from(steps).sort()),
    };
  }

  private add(key: string, step: number): boolean {
    if (step < 0 || step >= this.steps) return false;
    const steps = this.kinds.get(key) ?? new Set<number>();
    steps.add(step);
    this.kinds.set(key, steps);
    return true;
  }
}

/** Events of each name, in the order of the names, so that the order of the events does not matter. */
function byName(events: readonly CalendarEvent[]): [string, CalendarEvent[]][] {
  const groups = new Map<string, CalendarEvent[]>();
  for (const event of events) {
    const group = groups.get(event.name) ?? [];
    group.push(event);
    groups.set(event.name, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function isRare(events: readonly CalendarEvent[]): boolean {
  const days = [...new Set(events.map((event) => event.day))];
  const years = (Math.max(...days) - Math.min(...days)) / 365 + 1;
  return days.length / years <= RARE_PER_YEAR;
}

/** Steps since the last marked one. */
function distances(marks: Uint8Array): Float32Array {
  let distance = EVENT_SIGHT;
  return Float32Array.from(marks, (mark) => {
    distance = mark ? 0 : Math.min(EVENT_SIGHT, distance + 1);
    return distance;
  });
}
