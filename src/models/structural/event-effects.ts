import type { Progress } from '../../long-call.js';
import { exp, log } from '../../math/index.js';
import type { EventKinds } from './event-columns.js';
import type { StructuralHistory } from './history.js';
import type { Pooling } from './pooling.js';

/** Effects of events on sales, as factors. */
export interface EventEffects {
  /** Factor of each kind for each group, group-major. */
  readonly kinds: Float64Array;
  /** Factor of each event for each series, on top of that of its group, series-major. */
  readonly own: Float64Array;
  /** The same, leaving out each year in turn; empty unless requested. */
  readonly without: readonly { readonly kinds: Float64Array; readonly own: Float64Array }[];
}

/** Strength, in days, of the shrinkage of a day in a window to its whole event. */
const KIND_PRIOR_DAYS = 1;
/** Days added to that strength per unit of noise. */
const KIND_PRIOR_NOISE = 10;
/**
 * Strength, in days, of the shrinkage of a series to its group: the larger of this and a multiple of its noise.
 */
const OWN_PRIOR_DAYS = 3;
const OWN_PRIOR_NOISE = 10;
/** Squared standard error of the effect of an event that was seen in one year only. */
const ONE_YEAR_ERROR = 0.02;
const LEAST_ERROR = 0.0004;
/** Factor on the error variance for days around a window, which need twice the evidence. */
const OUTSIDE_STRICTNESS = 4;
const LEAST_RATIO = 0.01;
const LARGEST_RATIO = 8;

/**
 * Learns the effects of events from the ratio of sales to expected sales on their days.
 *
 * @param expected units without events, series-major; NaN where unknown
 */
export function* eventEffects(
  history: StructuralHistory,
  pooling: Pooling,
  expected: Float64Array,
  leaveOut: boolean,
): Generator<Progress, EventEffects, void> {
  const sums = new EventSums(history, pooling);
  yield* sums.collect(expected);
  const { years } = history;
  const all = yield* sums.effects(-1);
  const without: Omit<EventEffects, 'without'>[] = [];
  for (let year = 0; leaveOut && year < years; year++) without.push(yield* sums.effects(year));
  return { ...all, without };
}

/** Sales and expected sales on the days of each kind, by group and year, and of each event, by series and year. */
class EventSums {
  readonly #kindSold: Float64Array;
  readonly #kindExpected: Float64Array;
  readonly #seriesSold: Float64Array[];
  readonly #seriesExpected: Float64Array[];
  readonly #noise: Float64Array;
  readonly #weight: Float64Array;

  constructor(
    private readonly history: StructuralHistory,
    private readonly pooling: Pooling,
  ) {
    const { groupCount, years, kinds, seriesCount, groupOf } = history;
    const kindCount = kinds.eventOf.length;
    this.#kindSold = new Float64Array(groupCount * kindCount * years);
    this.#kindExpected = new Float64Array(groupCount * kindCount * years);
    this.#seriesSold = [];
    this.#seriesExpected = [];
    const precision = new Float64Array(groupCount);
    this.#weight = new Float64Array(groupCount);
    for (let s = 0; s < seriesCount; s++) {
      if (pooling.weight[s] === 0) continue;
      precision[groupOf[s]] += 1 / Math.max(pooling.noise[s], 1e-6);
      this.#weight[groupOf[s]] += pooling.weight[s];
    }
    this.#noise = precision.map((sum) => (sum > 0 ? 1 / sum : 1));
  }

  *collect(expectedUnits: Float64Array): Generator<Progress, void, void> {
    const { steps, seriesCount, groupOf, years, kinds, events, yearOf, units } = this.history;
    const kindCount = kinds.eventOf.length;
    const eventCount = kinds.names.length;
    for (let s = 0; s < seriesCount && kindCount > 0; s++) {
      if (s % 64 === 0) yield { phase: 'events', done: s, total: seriesCount };
      const sold = new Float64Array(eventCount * years);
      const expected = new Float64Array(eventCount * years);
      this.#seriesSold.push(sold);
      this.#seriesExpected.push(expected);
      if (this.pooling.weight[s] === 0) continue;
      const eventOf = events.of(s);
      const scale = this.pooling.weight[s] / this.pooling.size[s];
      for (let i = 0; i < steps; i++) {
        const kind = eventOf[i];
        if (kind < 0) continue;
        const y = units[s * steps + i];
        const e = expectedUnits[s * steps + i];
        if (Number.isNaN(y) || !(e > 0)) continue;
        const year = yearOf[i];
        const at = (groupOf[s] * kindCount + kind) * years + year;
        this.#kindSold[at] += scale * y;
        this.#kindExpected[at] += scale * e;
        if (kinds.outside[kind]) continue;
        const own = kinds.eventOf[kind] * years + year;
        sold[own] += y;
        expected[own] += e;
      }
    }
  }

  /** Effects from all years except `leftOut`; -1 leaves none out. */
  *effects(leftOut: number): Generator<Progress, Omit<EventEffects, 'without'>, void> {
    const { groupCount, kinds } = this.history;
    const kindCount = kinds.eventOf.length;
    const factors = new Float64Array(groupCount * kindCount).fill(1);
    for (let g = 0; g < groupCount; g++) {
      for (const members of kindsByEvent(kinds).values()) {
        this.#groupEffects(g, members, leftOut, factors.subarray(g * kindCount, (g + 1) * kindCount));
      }
    }
    return { kinds: factors, own: yield* this.#ownEffects(factors, leftOut) };
  }

  /**
   * Factors of the kinds of one event for a group: days of the window are shrunk to the effect of the whole
   * window.
   */
  #groupEffects(g: number, members: readonly number[], leftOut: number, out: Float64Array): void {
    const { years, kinds } = this.history;
    const kindCount = kinds.eventOf.length;
    const inside = members.filter((kind) => !kinds.outside[kind]);
    const at = (kind: number, year: number) => (g * kindCount + kind) * years + year;
    const yearly = (of: readonly number[]) =>
      Array.from({ length: years }, (_, year) => {
        let [sold, expected] = [0, 0];
        if (year === leftOut) return { sold, expected };
        for (const kind of of) {
          sold += this.#kindSold[at(kind, year)];
          expected += this.#kindExpected[at(kind, year)];
        }
        return { sold, expected };
      });
    const noise = this.#noise[g];
    const whole = agreed(yearly(inside), 1, noise, this.#weight[g]);
    const prior = this.#weight[g] * (KIND_PRIOR_DAYS + KIND_PRIOR_NOISE * noise);
    for (const kind of members) {
      const own = yearly([kind]);
      if (kinds.outside[kind]) {
        out[kind] = agreed(own, OUTSIDE_STRICTNESS, noise, this.#weight[g]);
      } else if (inside.length === 1) {
        out[kind] = whole;
      } else {
        let [sold, expected] = [prior * whole, prior];
        for (const year of own) {
          sold += year.sold;
          expected += year.expected;
        }
        out[kind] = Math.max(LEAST_RATIO, expected > 0 ? sold / expected : 1);
      }
    }
  }

  /** Computes how much stronger or weaker each series reacts to each event than its group. */
  *#ownEffects(groupFactors: Float64Array, leftOut: number): Generator<Progress, Float64Array, void> {
    const { seriesCount, groupOf, kinds, years } = this.history;
    const { mean, noise, weight } = this.pooling;
    const eventCount = kinds.names.length;
    const kindCount = kinds.eventOf.length;
    const own = new Float64Array(seriesCount * eventCount).fill(1);
    for (let event = 0; event < eventCount; event++) {
      yield { phase: 'events', done: event, total: eventCount };
      const inside = kindsByEvent(kinds)
        .get(event)!
        .filter((kind) => !kinds.outside[kind]);
      for (let s = 0; s < seriesCount; s++) {
        if (weight[s] === 0) continue;
        let factor = 0;
        for (const kind of inside) factor += groupFactors[groupOf[s] * kindCount + kind] / inside.length;
        const prior = mean[s] * Math.max(OWN_PRIOR_DAYS, OWN_PRIOR_NOISE * noise[s]);
        let [sold, expected] = [prior, prior];
        for (let year = 0; year < years; year++) {
          if (year === leftOut) continue;
          sold += this.#seriesSold[s][event * years + year];
          expected += factor * this.#seriesExpected[s][event * years + year];
        }
        own[s * eventCount + event] = Math.min(LARGEST_RATIO, Math.max(LEAST_RATIO, sold / expected));
      }
    }
    return own;
  }
}

/**
 * Mean ratio of the years, shrunk to one by their disagreement.
 *
 * @param noise relative variance of a day
 * @param day expected sales of one day, in the units of the sums
 */
function agreed(
  years: readonly { sold: number; expected: number }[],
  strictness: number,
  noise: number,
  day: number,
): number {
  let [mean, squares, count, days] = [0, 0, 0, 0];
  for (const { sold, expected } of years) {
    if (!(expected > 0)) continue;
    const logRatio = log(Math.min(LARGEST_RATIO, Math.max(LEAST_RATIO, sold / expected)));
    mean += logRatio;
    squares += logRatio * logRatio;
    days += expected / day;
    count++;
  }
  if (count === 0) return 1;
  mean /= count;
  const between = count > 1 ? (squares / count - mean * mean) / (count - 1) : ONE_YEAR_ERROR;
  const error = Math.max(LEAST_ERROR, between, days > 0 ? noise / days : 0);
  const share = Math.max(0, Math.min(1, 1 - (strictness * error) / (mean * mean + 1e-12)));
  return exp(share * mean);
}

function kindsByEvent({ eventOf }: EventKinds): Map<number, number[]> {
  const kinds = new Map<number, number[]>();
  eventOf.forEach((event, kind) => {
    const members = kinds.get(event);
    if (members) members.push(kind);
    else kinds.set(event, [kind]);
  });
  return kinds;
}
