import type { CalendarEvent } from '../../../calendar/events.js';
import type { Progress } from '../../../long-call.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import { addObserved } from '../../../panel/observed-sums.js';
import type { StructureSource } from '../../structural/structure-source.js';
import { EVENT_SIGHT, type EventKinds } from './event-kinds.js';
import type { EventResponse } from './event-response.js';
import { type ExtraColumns, NO_EXTRAS } from './extra-columns.js';
import { ExtraFeatures } from './extra-features.js';
import { History } from './history.js';
import type { SalesHistory } from './sales-history.js';
import { SeriesEvents } from './series-events.js';

/** A series, its category or the whole panel: its sales, and how they react to events. */
export interface Source {
  readonly history: History;
  readonly response: EventResponse;
}

/** What the rows of a series are made from. */
export interface SeriesSources {
  /** The events of the series, which all responses are about. */
  readonly kinds: EventKinds;
  readonly series: Source;
  readonly category: Source;
  readonly panel: Source;
  readonly structure: StructureSource | undefined;
}

/** All that features need, for one series at a time. */
export class FeatureSources {
  private readonly own: History;

  private constructor(
    private readonly sales: SalesHistory,
    private readonly events: SeriesEvents,
    private readonly categories: readonly History[],
    private readonly panel: History,
    readonly structure: StructureSource | undefined,
    readonly extras: ExtraFeatures,
  ) {
    this.own = new History(sales.steps, sales.grid);
  }

  /**
   * @param horizon steps after the history that will be asked about
   * @param structure what the structural model says; its features are missing without it
   * @param scopes which of the events act on which series; all on all without them
   * @param columns what covariates add
   */
  static *prepare(
    sales: SalesHistory,
    horizon: number,
    events: readonly CalendarEvent[],
    structure?: StructureSource,
    scopes?: EventScopes,
    columns: ExtraColumns = NO_EXTRAS,
  ): Generator<Progress, FeatureSources, void> {
    const known = new SeriesEvents(sales, sales.steps + horizon + 2 * EVENT_SIGHT, events, scopes);
    const { totals, panel } = yield* sumsOf(sales);
    const historyOf = (values: Float64Array) => new History(sales.steps, sales.grid).load(values);
    const categories: History[] = [];
    for (const total of totals) {
      categories.push(historyOf(total));
      yield { phase: 'categories', done: categories.length, total: totals.length };
    }
    const extras = new ExtraFeatures(columns, sales.grid);
    return new FeatureSources(sales, known, categories, historyOf(panel), structure, extras);
  }

  /** Loads a series; what the call before returned is then that series too. */
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

/** Sums over the series of each category and over all; a step that no series observed is missing. */
function* sumsOf(
  sales: SalesHistory,
): Generator<Progress, { totals: Float64Array[]; panel: Float64Array }, void> {
  const { steps, seriesCount, categoryCount, categoryOf, units } = sales;
  const totals = Array.from({ length: categoryCount }, () => new Float64Array(steps).fill(Number.NaN));
  const panel = new Float64Array(steps).fill(Number.NaN);
  for (let s = 0; s < seriesCount; s++) {
    const category = totals[categoryOf[s]];
    for (let i = 0; i < steps; i++) {
      const value = units[s * steps + i];
      addObserved(category, i, value);
      addObserved(panel, i, value);
    }
    yield { phase: 'categories', done: s + 1, total: seriesCount };
  }
  return { totals, panel };
}
