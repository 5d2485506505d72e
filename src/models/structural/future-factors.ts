import type { Progress } from '../../long-call.js';
import { exp, log } from '../../math/index.js';
import { type KnownFuture, OPEN_AS_LEARNT, PRICE_AS_BEFORE } from '../covariates.js';
import { type CalendarColumns, calendarColumns } from './calendar-columns.js';
import { type EventKinds, eventKindsOf } from './event-columns.js';
import { EventDays } from './event-days.js';
import { dampedPath, growthPath } from './memory.js';
import { orderUnits } from './occasions/occasional-sales.js';
import { hasClosures, writeOpenSteps } from './openings.js';
import { beforeSteps, logResponse, promotionPhases, RESPONSE_COUNT } from './response-columns.js';
import type { StructuralState } from './state.js';

/** Days over which a burst that goes on falls to 1/e, as nobody knows its end. */
const BURST_DAYS = 7;

/** The separate factors of a forecast, one value for each step; their product times the level is the forecast. */
export interface ForecastFactors {
  readonly growth: Float64Array;
  readonly weekday: Float64Array;
  readonly season: Float64Array;
  readonly event: Float64Array;
  /** Kind of event of each step, -1 for none. */
  readonly eventOf: Int32Array;
  readonly promotion: Float64Array;
  readonly price: Float64Array;
  /** 1 on open steps with a promotion, including a few days after the horizon. */
  readonly promo: Uint8Array;
  /** Phase of the promotions of each step, see {@link promotionPhases}. */
  readonly phase: Uint8Array;
  /** Log of the price over the usual one, 0 where no price is known. */
  readonly logPrice: Float64Array;
  /** 0 where the series is closed or known to be out of stock, else 1. */
  readonly open: Float64Array;
}

/** Forecast of a step: its level times all of its factors. */
export function unitsAt(level: number, factors: ForecastFactors, h: number): number {
  const { growth, weekday, season, event, promotion, price, open } = factors;
  return level * growth[h] * weekday[h] * season[h] * event[h] * promotion[h] * price[h] * open[h];
}

/** Computes the factors of the steps after the cutoff, series by series; those of a series overwrite those of the one before. */
export class FutureFactors {
  readonly kinds: EventKinds;
  readonly #events: EventDays;
  readonly #calendar: CalendarColumns;
  readonly #damped: Float64Array;
  /** Memory for the factors of a series. */
  readonly #factors: Pick<
    ForecastFactors,
    'growth' | 'weekday' | 'season' | 'event' | 'promotion' | 'price' | 'logPrice'
  >;
  readonly #sinceCutoff: Float64Array;
  readonly #open: Float64Array;
  readonly #promo: Uint8Array;
  /** Tells whether any series may be closed or out of stock. */
  readonly #closes: boolean;
  /** Series with sales on occasions. */
  readonly #occasional: ReadonlySet<number>;

  constructor(
    private readonly state: StructuralState,
    private readonly horizon: number,
    private readonly future: KnownFuture | undefined,
  ) {
    const { events, eventScopes, grid, cutoffDay, occasional } = state;
    const startDay = cutoffDay + grid.stepDays;
    this.kinds = eventKindsOf(events, grid);
    // A few steps more, as buyers also wait for promotions that begin after the horizon.
    const steps = horizon + beforeSteps(grid);
    this.#events = new EventDays(events, this.kinds, eventScopes, { startDay, steps, grid });
    this.#calendar = calendarColumns(startDay, steps, grid, cutoffDay);
    this.#damped = dampedPath(grid.stepDays, horizon);
    const column = () => new Float64Array(horizon);
    this.#factors = {
      growth: column(),
      weekday: column(),
      season: column(),
      event: column(),
      promotion: column(),
      price: column(),
      logPrice: column(),
    };
    this.#sinceCutoff = column();
    this.#open = new Float64Array(steps).fill(1);
    this.#promo = new Uint8Array(state.lastPromoSteps + steps);
    this.#closes = hasClosures(state.openings) || Boolean(future?.open || future?.available);
    const sales = occasional ? [occasional.events, occasional.promotions, occasional.orders].flat() : [];
    this.#occasional = new Set(sales.map(({ series }) => series));
  }

  of(series: number): ForecastFactors {
    const { state, horizon } = this;
    const { weekday, position } = this.#calendar;
    const positions = state.season.length / state.seriesCount;
    const factors = this.#factors;
    this.#growth(series, state.age[series], factors.growth);
    factors.event.fill(1);
    const kindCount = this.kinds.eventOf.length;
    const eventCount = this.kinds.names.length;
    const eventOf = this.#events.of(series).subarray(0, horizon);
    for (let h = 0; h < horizon; h++) {
      factors.weekday[h] = state.weekday[series * 7 + weekday[h]];
      factors.season[h] = state.season[series * positions + position[h]];
      const kind = eventOf[h];
      if (kind < 0) continue;
      const own = this.kinds.outside[kind]
        ? 1
        : state.eventOwn[series * eventCount + this.kinds.eventOf[kind]];
      factors.event[h] = state.eventKinds[state.groupOf[series] * kindCount + kind] * own;
    }
    const open = this.#openSteps(series);
    return { ...factors, eventOf, ...this.#responses(series, open), open: open.subarray(0, horizon) };
  }

  /** Sets series-major forecasts to zero on steps on which a series is closed or known to be out of stock. */
  *close(mean: Float64Array): Generator<Progress, void, void> {
    const { state, horizon } = this;
    for (let s = 0; s < state.seriesCount && this.#closes; s++) {
      const open = this.#openSteps(s);
      for (let h = 0; h < horizon; h++) if (open[h] === 0) mean[s * horizon + h] = 0;
      if (s % 32 === 31) yield { phase: 'forecast', done: s + 1, total: state.seriesCount };
    }
  }

  /** Growth of a series from the cutoff on, for forecasts of sales as they were there. */
  growthSinceCutoff(series: number): Float64Array {
    return this.#growth(series, 0, this.#sinceCutoff);
  }

  /** Growth of a level of that age, and the rest of a burst that goes on at the cutoff. */
  #growth(series: number, age: number, out: Float64Array): Float64Array {
    const { growth, ongoing } = this.state;
    growthPath(growth[series], age, this.#damped, out);
    const height = ongoing?.[series] ?? 0;
    for (let h = 0; h < out.length && height > 0; h++) out[h] *= 1 + height * exp(-(h + 0.5) / BURST_DAYS);
    return out;
  }

  /** Forecast of a series, its level times all factors, written to `out`. */
  forecast(series: number, out: Float64Array, factors = this.of(series)): void {
    const level = this.state.level[series];
    for (let h = 0; h < this.horizon; h++) out[h] = unitsAt(level, factors, h);
    for (const { units } of this.occasions(series, factors)) {
      for (let h = 0; h < this.horizon; h++) out[h] += units[h];
    }
  }

  /** Tells whether {@link occasions} has any for a series; few have. */
  hasOccasions(series: number): boolean {
    return this.#occasional.has(series);
  }

  /** Units of a series on each kind of occasion, on open steps. @param factors of the series */
  occasions(
    series: number,
    { eventOf, promo, open }: ForecastFactors,
  ): { readonly kind: 'event' | 'promotion' | 'orders'; readonly units: Float64Array }[] {
    const { occasional, cutoffDay, grid } = this.state;
    if (!occasional || !this.hasOccasions(series)) return [];
    const ofSeries = (sales: { readonly series: number }) => sales.series === series;
    const atOpen = (unitsOf: (step: number) => number) =>
      Float64Array.from({ length: this.horizon }, (_, h) => open[h] * unitsOf(h));
    return [
      ...occasional.events.filter(ofSeries).map(({ units }) => ({
        kind: 'event' as const,
        units: atOpen((h) => (eventOf[h] < 0 ? 0 : units[eventOf[h]])),
      })),
      ...occasional.promotions.filter(ofSeries).map(({ units }) => ({
        kind: 'promotion' as const,
        units: atOpen((h) => units * promo[h]),
      })),
      ...occasional.orders.filter(ofSeries).map((order) => {
        const units = orderUnits(order, cutoffDay + grid.stepDays, this.horizon);
        return { kind: 'orders' as const, units: atOpen((h) => units[h]) };
      }),
    ];
  }

  /** Writes the factors of promotions and prices. */
  #responses(series: number, open: Float64Array): Pick<ForecastFactors, 'promo' | 'phase'> {
    const { state, horizon, future } = this;
    const { promotion, price, logPrice } = this.#factors;
    const { responses } = state;
    price.fill(1);
    const promo = this.#promo.fill(0);
    const at = series * RESPONSE_COUNT;
    const kept = state.lastPromoSteps;
    const ahead = promo.subarray(kept);
    if (!responses) {
      promotion.fill(1);
      return { promo: ahead, phase: ahead };
    }
    logPrice.fill(0);
    if (state.lastPromo) promo.set(state.lastPromo.subarray(series * kept, (series + 1) * kept));
    const usual = state.usualPrice?.[series] ?? Number.NaN;
    const before = state.lastPrice?.[series] ?? Number.NaN;
    let known = before;
    const prices = new Float64Array(horizon);
    for (let h = 0; h < ahead.length; h++) {
      const cell = this.#cell(series, h);
      if (cell >= 0 && future?.promo?.[cell] === 1 && open[h] !== 0) promo[kept + h] = 1;
      if (h >= horizon) continue;
      const planned = cell >= 0 ? (future?.price?.[cell] ?? Number.NaN) : Number.NaN;
      if (planned > 0) known = planned;
      else if (planned === PRICE_AS_BEFORE) known = before;
      prices[h] = known;
    }
    const phases = promotionPhases(promo, state.grid);
    for (let h = 0; h < horizon; h++) {
      promotion[h] = exp(logResponse(responses, at, phases[kept + h], 0));
      const relative = log(prices[h] / usual);
      if (Number.isNaN(relative)) continue;
      logPrice[h] = relative;
      price[h] = exp(logResponse(responses, at, 0, relative));
    }
    return { promo: ahead, phase: phases.subarray(kept) };
  }

  /** Openness of the steps, and of a few after the horizon. */
  #openSteps(series: number): Float64Array {
    const { state, future } = this;
    const open = this.#open;
    if (!this.#closes) return open;
    writeOpenSteps(state.openings, state.grid, this.#events.of(series), series, this.#calendar, open);
    for (let h = 0; h < open.length && future; h++) {
      const cell = this.#cell(series, h);
      if (cell < 0) continue;
      const planned = future.open?.[cell] ?? OPEN_AS_LEARNT;
      if (planned !== OPEN_AS_LEARNT) open[h] = planned;
      if (future.available?.[cell] === 0) open[h] = 0;
    }
    return open;
  }

  /** Index into the known-future columns, -1 beyond their days. */
  #cell(series: number, step: number): number {
    const { future, state } = this;
    if (!future) return -1;
    const offset =
      Math.round((state.cutoffDay + state.grid.stepDays - future.startDay) / state.grid.stepDays) + step;
    return offset >= 0 && offset < future.days ? series * future.days + offset : -1;
  }
}
