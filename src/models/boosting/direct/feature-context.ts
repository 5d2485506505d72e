import type { CalendarEvent } from '../../../calendar/events.js';
import type { Progress } from '../../../long-call.js';
import { groupIndices, type Pooling, poolingOf } from '../../structural/pooling.js';
import type { StructureSource } from '../../structural/structure-source.js';
import { EVENT_SIGHT, type EventKinds, eventKinds } from './event-kinds.js';
import { EventResponse } from './event-response.js';
import { History } from './history.js';
import { type SalesHistory, tailOf } from './sales-history.js';

/**
 * A series, its category or the whole panel: its sales, and how they react to events. Of a category and of the panel it
 * is the mean of its series, each relative to its own size, so that no unit of one series enters another.
 */
export interface Source {
  readonly history: History;
  readonly response: EventResponse;
}

/** What the rows of a series are made from. */
export interface SeriesSources {
  readonly series: Source;
  readonly category: Source;
  readonly panel: Source;
  readonly structure: StructureSource | undefined;
}

/** All that features need, for one series at a time. */
export class FeatureSources {
  private readonly own: Source;

  private constructor(
    private readonly sales: SalesHistory,
    readonly kinds: EventKinds,
    private readonly categories: readonly Source[],
    private readonly panel: Source,
    readonly structure: StructureSource | undefined,
    /** How series count when they are taken together. */
    readonly pooling: Pooling,
  ) {
    this.own = emptySource(sales, kinds);
  }

  /**
   * @param horizon steps after the history that will be asked about
   * @param structure what the structural model says; its features are missing without it
   * @param known how series are pooled; by default as the last steps of the sales say
   */
  static *prepare(
    sales: SalesHistory,
    horizon: number,
    events: readonly CalendarEvent[],
    structure?: StructureSource,
    known?: Pooling,
  ): Generator<Progress, FeatureSources, void> {
    const steps = sales.steps + horizon + 2 * EVENT_SIGHT;
    const kinds = eventKinds(sales.startDay, steps, sales.grid, events);
    // The tail is all that a stored model knows of the past.
    const pooling = known ?? (yield* poolingOf(tailOf(sales)));
    const { categoryCount, categoryOf } = sales;
    const groups = { ...sales, groupCount: categoryCount, groupOf: categoryOf };
    const indices = groupIndices(groups, { weight: pooling.weight, mean: pooling.size }, sales.units);
    const indexOf = (group: number) =>
      loadSource(emptySource(sales, kinds), indices.subarray(group * sales.steps, (group + 1) * sales.steps));
    const categories: Source[] = [];
    for (let category = 0; category < categoryCount; category++) {
      categories.push(indexOf(category));
      yield { phase: 'categories', done: categories.length, total: categoryCount };
    }
    return new FeatureSources(sales, kinds, categories, indexOf(categoryCount), structure, pooling);
  }

  /** Loads a series; what the call before returned is then that series too. */
  of(series: number): SeriesSources {
    const { steps, units, categoryOf } = this.sales;
    this.structure?.load(series);
    return {
      series: loadSource(this.own, units.subarray(series * steps, (series + 1) * steps)),
      category: this.categories[categoryOf[series]],
      panel: this.panel,
      structure: this.structure,
    };
  }
}

function emptySource(sales: SalesHistory, kinds: EventKinds): Source {
  return { history: new History(sales.steps, sales.grid), response: new EventResponse(kinds, sales.grid) };
}

function loadSource(source: Source, values: ArrayLike<number>): Source {
  source.history.load(values);
  source.response.load(source.history);
  return source;
}
