import type { CalendarEvent } from '../../../calendar/events.js';
import { type EventScopes, eventsOfSet } from '../../../panel/event-scopes.js';
import { type EventIdentities, eventKinds } from './event-kinds.js';
import { EventResponse } from './event-response.js';
import type { History } from './history.js';
import type { SalesHistory } from './sales-history.js';

/** Most sets of events that are cached. */
const MOST_SETS = 512;

/** The events of a set of series, and the reactions of sales to them. */
export class EventSet {
  /** Response of the current series, which must be loaded. */
  readonly response: EventResponse;
  readonly #known = new Map<History, EventResponse>();

  constructor(
    readonly kinds: EventIdentities,
    private readonly sales: SalesHistory,
  ) {
    this.response = new EventResponse(kinds, sales.grid);
  }

  /** The response of a history that never changes. */
  responseOf(history: History): EventResponse {
    const known = this.#known.get(history);
    if (known) return known;
    const made = new EventResponse(this.kinds, this.sales.grid).load(history);
    this.#known.set(history, made);
    return made;
  }
}

/** The events of each series of a panel: the same for all, or by their scopes. */
export class SeriesEvents {
  readonly #sets = new Map<number, EventSet>();

  /** @param steps number of steps of the history and after it */
  constructor(
    private readonly sales: SalesHistory,
    private readonly steps: number,
    private readonly events: readonly CalendarEvent[],
    private readonly scopes: EventScopes | undefined,
  ) {}

  of(series: number): EventSet {
    const { sales, steps, events, scopes } = this;
    const set = scopes ? scopes.setOf[series] : 0;
    const known = this.#sets.get(set);
    if (known) return known;
    if (this.#sets.size === MOST_SETS) this.#sets.clear();
    const own = scopes ? eventsOfSet(events, scopes, set) : events;
    const made = new EventSet(eventKinds(sales.startDay, steps, sales.grid, own), sales);
    this.#sets.set(set, made);
    return made;
  }
}
