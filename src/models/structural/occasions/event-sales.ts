import type { EventKinds } from '../event-columns.js';

/** Least ratio of a day's sales on an occasion to those of other days: no factor of an event is larger. */
export const LEAST_RATIO = 8;
/** Steps on each side of a window that tell what is sold around it, as a multiple of its length, and the fewest. */
const AROUND = 1;
const FEWEST_AROUND = 14;
/** Share of the occurrences since the first sale that must have sales. */
const KEPT_SHARE = 0.8;
/** Least units, and least selling steps where the event was seen only once. */
const LEAST_UNITS = 5;
const FEWEST_STEPS = 5;
/** Least number of observed steps outside the window. */
const FEWEST_OUTSIDE = 91;
/** Weight of an occurrence relative to the one after it. */
const FADE = 0.5;

/** Sales of a series on the days of events without which it sells next to nothing. */
export interface FoundEventSales {
  /** Units on the days of each kind. */
  readonly units: Float64Array;
  readonly steps: readonly number[];
}

/**
 * Finds events on whose days a series sells many times as much as around them and in the rest of the year, every time.
 *
 * @param values of one series by step, NaN where missing
 * @param kindOf kind of event of each step, -1 for none
 * @param stepDays days of a step
 */
export function findEventSales(
  values: Float64Array,
  kindOf: Int32Array,
  kinds: EventKinds,
  stepDays: number,
): FoundEventSales | undefined {
  const units = new Float64Array(kinds.eventOf.length);
  const steps: number[] = [];
  const isInside = (step: number) => kindOf[step] >= 0 && kinds.outside[kindOf[step]] === 0;
  const first = values.findIndex((value) => value > 0);
  if (first < 0) return undefined;
  const outside = meanOf(values, (step) => step >= first && !isInside(step));
  if (outside.count < FEWEST_OUTSIDE / stepDays) return undefined;
  kinds.names.forEach((_, event) => {
    const inside: number[] = [];
    for (let i = first; i < values.length; i++) {
      if (isInside(i) && kinds.eventOf[kindOf[i]] === event && !Number.isNaN(values[i])) inside.push(i);
    }
    const sold = inside.reduce((sum, step) => sum + values[step], 0);
    // Nearly every series and event ends here.
    if (sold < LEAST_UNITS || sold < LEAST_RATIO * outside.mean * inside.length) return;
    const occurrences = new Map<number, number[]>();
    for (const step of inside) {
      const centre = step - kinds.offsetOf[kindOf[step]];
      occurrences.set(centre, [...(occurrences.get(centre) ?? []), step]);
    }
    if (!recurs([...occurrences.values()], values)) return;
    const around = meanOf(
      values,
      (step) => !isInside(step) && isAround(step, occurrences.values(), stepDays),
    );
    const usual = Math.max(outside.mean, around.mean);
    if (sold < LEAST_RATIO * usual * inside.length) return;
    learnUnits([...occurrences.values()], values, kindOf, usual, units);
    steps.push(...inside);
  });
  return steps.length > 0 ? { units, steps } : undefined;
}

/** Tells whether a series sold at nearly every occurrence of an event, the last one included. */
function recurs(occurrences: readonly (readonly number[])[], values: Float64Array): boolean {
  const selling = occurrences.map((steps) => steps.filter((step) => values[step] > 0).length);
  const kept = selling.filter((count) => count > 0).length;
  if (kept < KEPT_SHARE * occurrences.length || selling[selling.length - 1] === 0) return false;
  return kept > 1 || selling[selling.length - 1] >= FEWEST_STEPS;
}

function isAround(step: number, occurrences: Iterable<readonly number[]>, stepDays: number): boolean {
  for (const steps of occurrences) {
    const reach = Math.max(FEWEST_AROUND / stepDays, AROUND * steps.length);
    if (step >= steps[0] - reach && step <= steps[steps.length - 1] + reach) return true;
  }
  return false;
}

/**
 * Units of each kind beyond the usual ones: their mean over the occurrences, times the size of the last occurrences
 * relative to it.
 */
function learnUnits(
  occurrences: readonly (readonly number[])[],
  values: Float64Array,
  kindOf: Int32Array,
  usual: number,
  units: Float64Array,
): void {
  const counts = new Map<number, number>();
  const sums = new Map<number, number>();
  for (const step of occurrences.flat()) {
    const kind = kindOf[step];
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    sums.set(kind, (sums.get(kind) ?? 0) + values[step]);
  }
  const mean = (kind: number) => sums.get(kind)! / counts.get(kind)!;
  let [sold, expected] = [0, 0];
  for (const steps of occurrences) {
    const observed = steps.length / counts.size;
    const kept = 1 - (1 - FADE) * observed;
    sold = kept * sold + steps.reduce((sum, step) => sum + values[step], 0);
    expected = kept * expected + steps.reduce((sum, step) => sum + mean(kindOf[step]), 0);
  }
  for (const kind of counts.keys()) units[kind] = Math.max(0, (mean(kind) * sold) / expected - usual);
}

function meanOf(values: Float64Array, counts: (step: number) => boolean): { mean: number; count: number } {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) || !counts(i)) continue;
    sum += values[i];
    count++;
  }
  return { mean: count > 0 ? sum / count : 0, count };
}
