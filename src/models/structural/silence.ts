import { WEEK_DAYS } from '../../calendar/weeks.js';
import type { Progress } from '../../long-call.js';

/** The columns of a history in which silent days are found and closed. */
interface SilentColumns {
  readonly steps: number;
  readonly seriesCount: number;
  readonly units: Float64Array;
  readonly closed: Uint8Array;
}

/** Evidence against chance that a silent spell needs: the sum of squared means over variances of its days. */
const SILENCE_EVIDENCE = 8;
/**
 * Share of the products that usually sell on a day below which it is an outage, if there are at least
 * `OUTAGE_SELLERS`.
 */
const OUTAGE_SHARE = 0.1;
const OUTAGE_SELLERS = 5;
/** Floor of the variance of a day's sales, relative to the mean times the mean of selling days. */
const LEAST_DISPERSION = 0.1;
/** Weeks before and after a day whose same weekdays tell how much it usually sells. */
const WEEKS_AROUND = 4;
/** Longest spell that counts as closed or as an outage; a longer one is out of season. */
const LONGEST_DAYS = 45;
/** Longest one up to the cutoff; a longer one is the end of sales. */
const LONGEST_TRAILING_DAYS = 14;

/**
 * Marks spells in which the whole shop sold nothing, or almost nothing, as closed: sales then say nothing about
 * demand. Sales on such days are kept.
 */
export function* leaveOutSilence({
  steps,
  seriesCount,
  units,
  closed,
}: SilentColumns): Generator<Progress, void, void> {
  const sellers = new Float64Array(steps);
  const expectedSellers = new Float64Array(steps);
  const evidence = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'read history', done: s, total: seriesCount };
    const own = units.subarray(s * steps, (s + 1) * steps);
    const { sellingShare, signal } = rateOf(own);
    for (let i = 0; i < steps; i++) {
      if (Number.isNaN(own[i])) continue;
      if (own[i] !== 0) sellers[i]++;
      expectedSellers[i] += sellingShare;
      evidence[i] += signal;
    }
  }
  scaleToWeeksAround(sellers, expectedSellers, evidence);
  const quiet = (i: number) =>
    evidence[i] > 0 &&
    (sellers[i] === 0 ||
      (expectedSellers[i] >= OUTAGE_SELLERS && sellers[i] <= OUTAGE_SHARE * expectedSellers[i]));
  for (let from = 0; from < steps; from++) {
    if (!quiet(from)) continue;
    let to = from;
    let missed = 0;
    while (to < steps && quiet(to)) missed += evidence[to++];
    const longest = to === steps ? LONGEST_TRAILING_DAYS : LONGEST_DAYS;
    if (missed >= SILENCE_EVIDENCE && to - from <= longest) close(from, to);
    from = to;
  }

  function close(from: number, to: number): void {
    for (let s = 0; s < seriesCount; s++) {
      for (let i = s * steps + from; i < s * steps + to; i++) {
        if (units[i] !== 0) continue;
        units[i] = Number.NaN;
        closed[i] = 1;
      }
    }
  }
}

/**
 * Scales what is expected of a day to what the same weekdays around it had, in place: few sales are no outage out of season
 * or on a weak weekday. A weekday without any sale for weeks is closed.
 */
function scaleToWeeksAround(sellers: Float64Array, expected: Float64Array, evidence: Float64Array): void {
  const usual = expected.slice();
  for (let i = 0; i < sellers.length; i++) {
    let [sold, awaited] = [0, 0];
    for (let at = i - WEEKS_AROUND * WEEK_DAYS; at <= i + WEEKS_AROUND * WEEK_DAYS; at += WEEK_DAYS) {
      if (at === i || !(usual[at] > 0)) continue;
      sold += sellers[at];
      awaited += usual[at];
    }
    // One silent day of its weekday may be a weekly closure, of one day or two, which sells nothing.
    if (awaited === 0 && (sellers[i - 1] > 0 || sellers[i + 1] > 0)) evidence[i] = 0;
    if (!(sold > 0) || sold >= awaited) continue;
    expected[i] *= sold / awaited;
    evidence[i] *= sold / awaited;
  }
}

/**
 * Share of days with sales, and the evidence of one silent day: the squared mean over the variance of a day.
 */
function rateOf(units: Float64Array): { sellingShare: number; signal: number } {
  let observed = 0;
  let selling = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < units.length; i++) {
    const value = units[i];
    if (Number.isNaN(value)) continue;
    observed++;
    if (value !== 0) selling++;
    sum += value;
    squares += value * value;
  }
  if (observed === 0 || !(sum > 0)) return { sellingShare: 0, signal: 0 };
  const mean = sum / observed;
  const variance = squares / observed - mean * mean;
  const least = LEAST_DISPERSION * mean * (sum / selling);
  return { sellingShare: selling / observed, signal: (mean * mean) / Math.max(variance, least) };
}
