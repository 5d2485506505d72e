import type { Day } from '../../calendar/day.js';
import type { CalendarEvent } from '../../calendar/events.js';
import type { EventScopes } from '../../panel/event-scopes.js';
import type { KnownFuture } from '../covariates.js';
import type { LifeCycle } from '../life-cycle.js';
import type { StepGrid } from '../step-grid.js';
import type { CrossEffects } from './cross-effects.js';
import type { LevelErrors } from './forecast-errors.js';
import type { OccasionalSales } from './occasions/occasional-sales.js';
import type { Openings } from './openings.js';
import type { ResponseErrors } from './response.js';

/** State of a fitted structural model: plain data. */
export interface StructuralState {
  readonly grid: StepGrid;
  readonly cutoffDay: Day;
  readonly seriesCount: number;
  readonly groupCount: number;
  readonly groupOf: Int32Array;
  /**
   * Units of a step without any factor, series-major; already multiplied by the probability that sales
   * continue.
   */
  readonly level: Float64Array;
  /** Age of the level in steps, for growth. */
  readonly age: Float64Array;
  /** Growth of the log of each level per step, before it is damped. */
  readonly growth: Float64Array;
  /** Sales of a burst that goes on at the cutoff over the usual ones, less one, of each series; undefined without any. */
  readonly ongoing?: Float64Array;
  /** Class of each series by how rarely it sells. */
  readonly classOf: Uint8Array;
  /** Variance of a step's sales over their mean. */
  readonly dispersion: Float64Array;
  /** 1 for each series that is sold in pieces, and not by weight or length. */
  readonly pieces: Uint8Array;
  /** Relative variance of each level beyond that of its class, as for short histories. */
  readonly extraError: Float64Array;
  readonly errors: LevelErrors;
  readonly weekday: Float64Array;
  readonly season: Float64Array;
  /** Effects of promotions and prices, series-major; undefined without any in the history. */
  readonly responses: Float64Array | undefined;
  readonly responseErrors: ResponseErrors | undefined;
  /** Cross effects by group; undefined without promotions and prices. */
  readonly cross: CrossEffects | undefined;
  readonly identifiable: readonly boolean[];
  /** Usual and last price of each series; undefined without prices. */
  readonly usualPrice: Float64Array | undefined;
  readonly lastPrice: Float64Array | undefined;
  /** Promotions of the last days of the history, series-major, oldest first; undefined without promotions. */
  readonly lastPromo: Uint8Array | undefined;
  readonly lastPromoSteps: number;
  readonly events: readonly CalendarEvent[];
  /** Undefined if all events are for all series. */
  readonly eventScopes: EventScopes | undefined;
  readonly eventKinds: Float64Array;
  readonly eventOwn: Float64Array;
  /** Sales on occasions only, on top of those by the factors; undefined without any. */
  readonly occasional?: OccasionalSales;
  readonly openings: Openings;
  readonly future: KnownFuture | undefined;
  readonly lifeCycle: readonly LifeCycle[];
}
