import { type CalendarEvent, eventMask } from '../../calendar/events.js';
import type { StepRange } from '../../models/contract.js';
import { eventScopes, eventsOfSet } from '../../panel/event-scopes.js';
import type { Panel } from '../../panel/panel.js';
import { numberAt } from '../../present.js';

/** Shares of the days of a range that are promoted, and that are days of an event without a promotion. */
export interface SpecialShares {
  readonly promoted: number;
  readonly event: number;
}

/** Tells the shares of a range of days of a window, for a series. */
export type SpecialDaysOf = (series: number, range: StepRange) => SpecialShares;

/** Finds promotions and events of the days of a window: their effects are known less well than usual days are. */
export function specialDays(window: Panel, events: readonly CalendarEvent[] = []): SpecialDaysOf {
  const { promo, days, startDay } = window;
  const scopes = eventScopes(window, events);
  const masks = scopes
    ? scopes.sets.map((_, set) => eventMask(eventsOfSet(events, scopes, set), startDay, days))
    : [eventMask(events, startDay, days)];
  return (series, { from, to }) => {
    const mask = masks[scopes ? numberAt(scopes.setOf, series) : 0] ?? new Uint8Array(days);
    let [promoted, event] = [0, 0];
    for (let day = from; day < to; day++) {
      if (promo?.[series * days + day] === 1) promoted++;
      else if (mask[day] === 1) event++;
    }
    return { promoted: promoted / (to - from), event: event / (to - from) };
  };
}
