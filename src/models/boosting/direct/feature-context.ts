import type { CalendarEvent } from '../../../calendar/events.js';
import type { Progress } from '../../../long-call.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import { lastSales, withoutEnds } from '../../structural/last-sales.js';
import { groupIndices, type Pooling, poolingOf } from '../../structural/pooling.js';
import type { StructureSource } from '../../structural/structure-source.js';
import { EVENT_SIGHT, type EventIdentities } from './event-kinds.js';
import type { EventResponse } from './event-response.js';
import { type ExtraColumns, NO_EXTRAS } from './extra-columns.js';
import { ExtraFeatures } from './extra-features.js';
import { History } from './history.js';
import { type SalesHistory, tailOf } from './sales-history.js';
import { SeriesEvents } from './series-events.js';

/**
 * A series, its category or the whole panel: its sales, and how they react to events. For a category and the
 * panel, the mean of its series, each scaled by its own size, so that units of measure do not mix.
 */
export interface Source {
  readonly history: History;
  readonly response: EventResponse;
}

/** Sources of the rows of a series: itself, its category, the panel and the structural model. */
export interface SeriesSources {
  /** The events of the series, to which the responses refer. */
  readonly kinds: EventIdentities;
  readonly series: Source;
  readonly category: Source;
  readonly panel: Source;
  readonly structure: StructureSource | undefined;
}

/** The sources of all features, for one series at a time. */
export class FeatureSources {
  private readonly own: History;

  private constructor(
    private readonly sales: SalesHistory,
    private readonly events: SeriesEvents,
    private readonly categories: readonly History[],
    private readonly panel: History,
    readonly structure: StructureSource | undefined,
    readonly extras: ExtraFeatures,
    /** Weights for pooling series. */
    readonly pooling: Pooling,
  ) {
    this.own = new History(sales.steps, sales.grid);
  }

  /**
   * @param horizon number of steps after the history that may be targets
   * @param structure outlooks of the structural model; its features are missing without it
   * @param scopes events by series; without it all events apply to all series
   * @param columns columns added by covariates
   * @param pooled pooling of the series; by default from the last steps of the sales
   */
  static *prepare(
    sales: SalesHistory,
    horizon: number,
    events: readonly CalendarEvent[],
    structure?: StructureSource,
    scopes?: EventScopes,
    columns: ExtraColumns = NO_EXTRAS,
    pooled?: Pooling,
  ): Generator<Progress, FeatureSources, void> {
    const known = new SeriesEvents(sales, sales.steps + horizon + 2 * EVENT_SIGHT, events, scopes);
    const pooling = pooled ?? (yield* poolingOfTail(yield* tailOf(sales)));
    const { steps, categoryCount, categoryOf } = sales;
    const groups = { ...sales, groupCount: categoryCount, groupOf: categoryOf };
    const indices = yield* groupIndices(groups, pooling, withoutEnds(sales, yield* lastSales(sales)).units);
    const historyOf = (group: number) =>
      new History(steps, sales.grid).load(indices.subarray(group * steps, (group + 1) * steps));
    const categories: History[] = [];
    for (let category = 0; category < categoryCount; category++) {
      categories.push(historyOf(category));
      yield { phase: 'categories', done: categories.length, total: categoryCount };
    }
    const extras = new ExtraFeatures(columns, sales.grid);
    return new FeatureSources(sales, known, categories, historyOf(categoryCount), structure, extras, pooling);
  }

  /** Loads a series; the result of the previous call is overwritten. */
  of(series: number): SeriesSources {
    const { steps, units, categoryOf } = this.sales;
    this.structure?.load(series);
    const events = this.events.of(series);
    const history = this.own.load(units.subarray(series * steps, (series + 1) * steps));
    const known = (sums: History): Source => ({ history: sums, response: events.responseOf(sums) });
    return {
      kinds: events.kinds,
      series: { history, response: events.response.load(history) },
      category: known(this.categories[categoryOf[series]]),
      panel: known(this.panel),
      structure: this.structure,
    };
  }
}

/** Pooling of the series by the last steps only, which are all that a stored model has, and without those after an end. */
export function* poolingOfTail(tail: SalesHistory): Generator<Progress, Pooling, void> {
  return yield* poolingOf(withoutEnds(tail, yield* lastSales(tail)));
}
