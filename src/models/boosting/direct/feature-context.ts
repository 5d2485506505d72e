import type { CalendarEvent } from '../../../calendar/events.js';
import type { Progress } from '../../../long-call.js';
import { addObserved } from '../../../panel/observed-sums.js';
import type { StructureSource } from '../../structural/structure-source.js';
import { EVENT_SIGHT, type EventKinds, eventKinds } from './event-kinds.js';
import { EventResponse } from './event-response.js';
import { History } from './history.js';
import type { SalesHistory } from './sales-history.js';

/** A series, its category or the whole panel: its sales, and how they react to events. */
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
  ) {
    this.own = emptySource(sales, kinds);
  }

  /**
   * @param horizon steps after the history that will be asked about
   * @param structure what the structural model says; its features are missing without it
   */
  static *prepare(
    sales: SalesHistory,
    horizon: number,
    events: readonly CalendarEvent[],
    structure?: StructureSource,
  ): Generator<Progress, FeatureSources, void> {
    const steps = sales.steps + horizon + 2 * EVENT_SIGHT;
    const kinds = eventKinds(sales.startDay, steps, sales.grid, events);
    const { totals, panel } = yield* sumsOf(sales);
    const categories: Source[] = [];
    for (const total of totals) {
      categories.push(loadSource(emptySource(sales, kinds), total));
      yield { phase: 'categories', done: categories.length, total: totals.length };
    }
    const whole = loadSource(emptySource(sales, kinds), panel);
    return new FeatureSources(sales, kinds, categories, whole, structure);
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
