import { exp, log, square } from '../../math/index.js';
import { spanSteps } from '../step-grid.js';
import { seasonPositions } from './calendar-columns.js';
import { centredMean, type Scratch, scratchFor, trendHalf } from './centred-mean.js';
import { isFeast } from './event-days.js';
import type { StructuralHistory } from './history.js';
import type { HalvedFactors } from './shrinkage.js';

/** The course of one series or index over the year. */
export interface SeasonProfile extends HalvedFactors {
  /** Profiles that leave out one year each; empty unless requested. */
  readonly without: readonly Float64Array[];
  /** True if the history is long enough for a season. */
  readonly known: boolean;
  /** Full years of history. */
  readonly years: number;
  /** Of less than two years, which have no halves to compare: variance over the year that chance and growth may explain. */
  readonly chance?: number;
  /** Level of each step, without weekdays, season and events; NaN without values nearby. */
  readonly trend: Float64Array;
}

export interface SeasonSettings {
  /** Half-width of the triangular smoothing kernel, in positions. */
  readonly smoothing: number;
  /** Rounds of alternating between season and trend. */
  readonly rounds: number;
  /** Season that the first round starts from; flat by default. */
  readonly initial?: Float64Array;
  /** True if the profiles without each year are kept. */
  readonly leaveOut?: boolean;
}

/** Least years of history for a season: one of each day, a leap day and a few others aside. */
export const FEWEST_SEASON_YEARS = 0.99;
/** Years from which on every day of the season has been seen twice, a few aside. */
const FULL_YEARS = 1.95;
/** Least days at both ends of a history whose sales tell of its growth. */
const COMPARED_DAYS = 28;

/** Learns seasons; holds the scratch space. */
export class SeasonEstimator {
  readonly #deseasonalised: Float64Array;
  readonly #scratch: Scratch;
  readonly #trendHalf: number;
  readonly #positions: number;
  readonly #flat: Float64Array;
  /** Sales and trend of each cell; of the years of a profile; and the latter smoothed. */
  readonly #sold: Float64Array;
  readonly #expected: Float64Array;
  readonly #numerator: Float64Array;
  readonly #denominator: Float64Array;
  readonly #top: Float64Array;
  readonly #bottom: Float64Array;
  readonly #between: Float64Array;
  /** Cell of each step in tables of a row of positions for each year. */
  readonly #cells: Uint32Array;
  /** By column of events: 1 on days left out of the season: windows of events that are not routines. */
  readonly #leftOutBy = new Map<Int32Array, Uint8Array>();
  #leftOut: Uint8Array;

  constructor(readonly history: StructuralHistory) {
    const { steps, grid, events, yearOf, position, years } = history;
    this.#deseasonalised = new Float64Array(steps);
    this.#scratch = scratchFor(steps);
    this.#trendHalf = trendHalf(grid);
    this.#positions = seasonPositions(grid);
    const circle = () => new Float64Array(this.#positions);
    this.#flat = circle().fill(1);
    this.#sold = new Float64Array(years * this.#positions);
    this.#expected = new Float64Array(years * this.#positions);
    [this.#numerator, this.#denominator, this.#top, this.#bottom] = [circle(), circle(), circle(), circle()];
    this.#between = circle();
    this.#cells = Uint32Array.from({ length: steps }, (_, i) => yearOf[i] * this.#positions + position[i]);
    this.#leftOut = this.#leaveOut(events.common);
  }

  /**
   * @param values one series, adjusted for weekdays and everything else that is explained; NaN where missing
   * @param eventOf its events; default: those that all series have
   * @param trend room for the trend of the profile
   */
  estimate(
    values: Float64Array,
    settings: SeasonSettings,
    eventOf = this.history.events.common,
    trend = new Float64Array(this.history.steps),
  ): SeasonProfile {
    const { history } = this;
    this.#leftOut = this.#leaveOut(eventOf);
    const positions = this.#positions;
    const { steps, years } = history;
    let first = 0;
    while (first < steps && Number.isNaN(values[first])) first++;
    const ownYears = (steps - first) / positions;
    const flat = this.#flat;
    if (ownYears < FEWEST_SEASON_YEARS) {
      this.#trendOf(values, settings.initial ?? flat, this.#trendHalf, trend);
      return { all: flat, halves: [flat, flat], without: [], known: false, years: ownYears, trend };
    }
    let season = settings.initial ?? flat;
    const growth = ownYears < FULL_YEARS ? this.#growthOf(values, first) : undefined;
    for (let round = 0; round < settings.rounds; round++) {
      // The mean over a whole year holds no season, whatever the first one was; shorter means would keep part of it.
      const half = round === 0 ? positions >> 1 : this.#trendHalf;
      if (round === 0 && growth !== undefined) this.#growing(values, first, growth, trend);
      else this.#trendOf(values, season, half, trend);
      this.#addUp(values, trend, first);
      season = this.#profile(settings.smoothing, () => true) ?? flat;
    }
    const of = (keep: (year: number) => boolean) => this.#profile(settings.smoothing, keep, season) ?? season;
    const halves = [of((year) => year % 2 === 0), of((year) => year % 2 === 1)] as const;
    const without = (left: number) => (years === 2 ? halves[1 - left] : of((year) => year !== left));
    return {
      all: season,
      halves,
      without: settings.leaveOut ? Array.from({ length: years }, (_, left) => without(left)) : [],
      known: true,
      years: ownYears,
      chance:
        growth === undefined ? undefined : this.#chance(values, first, trend, settings.smoothing, growth),
      trend,
    };
  }

  /** Growth of the log of sales per step, between the two ends of a history that a year lies between, or nearly. */
  #growthOf(values: Float64Array, first: number): number {
    const { grid } = this.history;
    const lag = Math.min(grid.year, values.length - first - spanSteps(grid, COMPARED_DAYS));
    let [now, before] = [0, 0];
    for (let i = first + lag; i < values.length; i++) {
      if (Number.isNaN(values[i] + values[i - lag]) || this.#leftOut[i] === 1) continue;
      now += values[i];
      before += values[i - lag];
    }
    return log(now / before) / lag;
  }

  /** Steady growth through the mean of the last year, which holds no season. */
  #growing(values: Float64Array, first: number, growth: number, out: Float64Array): void {
    const bounded = Number.isFinite(growth) ? growth : 0;
    const end = values.length;
    let [sold, expected] = [0, 0];
    for (let i = first; i < end; i++) {
      out[i] = exp(bounded * (i - end));
      if (i < end - this.history.grid.year || Number.isNaN(values[i])) continue;
      sold += values[i];
      expected += out[i];
    }
    for (let i = first; i < end; i++) out[i] *= sold / expected;
  }

  /**
   * Growth by a factor r over a year varies by log(r)^2 / 12 around its mean, as a uniform distribution does; smoothed noise
   * by that of weeks, half the mean square of their differences, times the squared weights of the kernel.
   */
  #chance(
    values: Float64Array,
    first: number,
    trend: Float64Array,
    smoothing: number,
    growth: number,
  ): number {
    const week = spanSteps(this.history.grid, 7);
    let [sum, count, last] = [0, 0, Number.NaN];
    let [noise, level] = [0, 0];
    for (let i = first; i < values.length; i++) {
      if (!Number.isNaN(values[i]) && this.#leftOut[i] === 0) {
        sum += values[i];
        count++;
      }
      if ((i + 1 - first) % week > 0) continue;
      const difference = sum / count - last;
      last = sum / count;
      [sum, count] = [0, 0];
      if (Number.isNaN(difference)) continue;
      noise += (week * square(difference)) / 2;
      level += square(trend[i]);
    }
    const width = smoothing + 1;
    const weights = (2 * square(width) + 1) / (3 * width * square(width));
    return square(growth * this.history.grid.year) / 12 + (noise / level) * weights;
  }

  #leaveOut(eventOf: Int32Array): Uint8Array {
    const { grid, kinds } = this.history;
    const known = this.#leftOutBy.get(eventOf);
    if (known) return known;
    const made = Uint8Array.from(eventOf, (kind) =>
      grid.stepDays === 1 && kind >= 0 && isFeast(kinds, kind) ? 1 : 0,
    );
    this.#leftOutBy.set(eventOf, made);
    return made;
  }

  /** Adds up sales and trend of the steps that tell of the season in the cells of their years and positions. */
  #addUp(values: Float64Array, trend: Float64Array, first: number): void {
    const sold = this.#sold.fill(0);
    const expected = this.#expected.fill(0);
    const cells = this.#cells;
    const leftOut = this.#leftOut;
    for (let i = first; i < values.length; i++) {
      const value = values[i];
      const usual = trend[i];
      if (Number.isNaN(value) || leftOut[i] === 1 || !(usual > 0)) continue;
      const cell = cells[i];
      sold[cell] += value;
      expected[cell] += usual;
    }
  }

  /** Moving average of the deseasonalised values, without days of events. */
  #trendOf(values: Float64Array, season: Float64Array, half: number, out: Float64Array): void {
    const { position } = this.history;
    const deseasonalised = this.#deseasonalised;
    const leftOut = this.#leftOut;
    for (let i = 0; i < values.length; i++) {
      const factor = season[position[i]];
      deseasonalised[i] = leftOut[i] === 1 || factor < 0.1 ? Number.NaN : values[i] / factor;
    }
    centredMean(deseasonalised, half, out, this.#scratch);
  }

  /**
   * Smoothed ratio of sales to trend at each position in the years kept, scaled to a mean of one, or to that of
   * `fallback` on the same positions. Positions without data are taken from `fallback`, else interpolated.
   * Undefined without any data.
   */
  #profile(
    smoothing: number,
    keep: (year: number) => boolean,
    fallback?: Float64Array,
  ): Float64Array | undefined {
    const positions = this.#positions;
    const sold = this.#sold;
    const expected = this.#expected;
    const numerator = this.#numerator.fill(0);
    const denominator = this.#denominator.fill(0);
    const top = this.#top;
    const bottom = this.#bottom;
    for (let year = 0; year < this.history.years; year++) {
      if (!keep(year)) continue;
      const base = year * positions;
      for (let k = 0; k < positions; k++) {
        numerator[k] += sold[base + k];
        denominator[k] += expected[base + k];
      }
    }
    smoothCircle(numerator, smoothing, top, this.#between);
    smoothCircle(denominator, smoothing, bottom, this.#between);
    const profile = new Float64Array(positions);
    let sum = 0;
    let expectedSum = 0;
    for (let k = 0; k < positions; k++) {
      profile[k] = bottom[k] > 0 ? Math.max(0, top[k] / bottom[k]) : Number.NaN;
      if (Number.isNaN(profile[k])) continue;
      sum += profile[k];
      // A profile of part of the year is scaled to the height of the fallback on the same positions.
      expectedSum += fallback ? fallback[k] : 1;
    }
    if (!(sum > 0)) return undefined;
    for (let k = 0; k < positions; k++) profile[k] *= expectedSum / sum;
    if (fallback) for (let k = 0; k < positions; k++) if (Number.isNaN(profile[k])) profile[k] = fallback[k];
    bridge(profile);
    return profile;
  }
}

/**
 * Triangular weights over a circle, written to `out`: the sum of two boxes, one after the other, in one pass each.
 *
 * @param between room for as many values
 */
export function smoothCircle(
  values: Float64Array,
  half: number,
  out: Float64Array,
  between: Float64Array,
): void {
  if (half <= 0) {
    out.set(values);
    return;
  }
  // The first box looks ahead, the second one back, so that together they are centred.
  boxSums(values, half + 1, 0, between);
  boxSums(between, half + 1, half, out);
  const n = out.length;
  let largest = 0;
  for (let k = 0; k < n; k++) largest = Math.max(largest, Math.abs(out[k]));
  // Removes the rounding errors of running sums.
  for (let k = 0; k < n; k++) if (Math.abs(out[k]) < 1e-12 * largest) out[k] = 0;
}

/** Sums of `width` values of a circle from each one on, written `shift` places later. */
function boxSums(values: Float64Array, width: number, shift: number, out: Float64Array): void {
  const n = values.length;
  let sum = 0;
  for (let k = 0; k < width; k++) sum += values[k % n];
  let [to, next] = [shift % n, width % n];
  for (let k = 0; k < n; k++) {
    out[to] = sum;
    sum += values[next] - values[k];
    if (++to === n) to = 0;
    if (++next === n) next = 0;
  }
}

/** Fills unknown positions of a circle by linear interpolation; at least one must be known. */
function bridge(profile: Float64Array): void {
  const n = profile.length;
  const start = profile.findIndex((value) => !Number.isNaN(value));
  for (let step = 1, at = start; step <= n; ) {
    if (++at === n) at = 0;
    if (!Number.isNaN(profile[at])) {
      step++;
      continue;
    }
    const before = profile[(start + step - 1) % n];
    let gap = 1;
    while (Number.isNaN(profile[(start + step + gap) % n])) gap++;
    const after = profile[(start + step + gap) % n];
    for (let k = 0; k < gap; k++) {
      profile[(start + step + k) % n] = before + ((after - before) * (k + 1)) / (gap + 1);
    }
    step += gap;
    at = (start + step - 1) % n;
  }
}
