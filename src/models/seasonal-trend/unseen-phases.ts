import type { CheckedJson } from '../../checked-json.js';
import { fourierColumns } from './fourier.js';

/** The fields of a seasonality that are needed here. */
interface Waves {
  readonly name: string;
  readonly period: number;
  readonly fourierOrder: number;
}

/** Phases of a seasonality without observations, and the values used for them. */
export interface UnseenPhases {
  /**
   * Stretches of the period between two observations, as days after its beginning; `to` may lie in the next period.
   */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  /** Means of the columns over the observed phases, used for the others. */
  readonly means: readonly number[];
}

/** Largest sine or cosine, with room for rounding. */
const MOST_WAVE = 1 + 1e-6;
const WEEKDAYS = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'];
/** Share of the period within which phases are equal. */
const SAME_PHASE = 1e-6;
/**
 * Share of the resolution up to which a phase counts as observed: the first days of months, say, are not at the same phase
 * of every year.
 */
const OBSERVED = 1 / 8;

/**
 * The phases of a seasonality between observations that lie further apart than its resolution, which is the period divided
 * by one more than its number of coefficients. There a Fourier series is determined by the prior alone.
 *
 * @param days the observed days on which the seasonality holds.
 */
export function unseenPhases(
  { period, fourierOrder }: Omit<Waves, 'name'>,
  days: Float64Array,
): UnseenPhases | undefined {
  const phases = distinctPhases(days, period);
  if (phases.length === 0) return undefined;
  const widest = resolution(period, fourierOrder) + SAME_PHASE * period;
  const ranges = phases.flatMap((phase, i) => {
    const next = i + 1 < phases.length ? phases[i + 1] : phases[0] + period;
    return next - phase > widest ? [{ from: phase, to: next }] : [];
  });
  if (ranges.length === 0) return undefined;
  const columns = fourierColumns(Float64Array.from(phases), period, fourierOrder);
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / phases.length);
  return { ranges, means };
}

/** Days within which a Fourier series of that order cannot bend freely. */
function resolution(period: number, fourierOrder: number): number {
  return period / (2 * fourierOrder + 1);
}

/**
 * Gives unseen phases the means of the columns on the observed ones, in place. Up to half of the resolution from the
 * nearest observation, the columns go over to the means in a straight line, so that nothing is extrapolated.
 */
export function fillUnseen(
  unseen: UnseenPhases,
  period: number,
  days: ArrayLike<number>,
  columns: readonly Float64Array[],
): void {
  const order = columns.length / 2;
  const width = resolution(period, order);
  const bend = width * (0.5 - OBSERVED);
  for (let i = 0; i < days.length; i++) {
    const phase = phaseOf(days[i], period);
    const range = rangeOf(unseen, phase, period, OBSERVED * width);
    if (range === undefined) continue;
    const [before, after] = [phase - range.from, range.to - phase];
    const share = Math.max(0, 1 - Math.min(before, after) / bend);
    const edge = share > 0 ? fourierColumns([before < after ? range.from : range.to], period, order) : [];
    for (let c = 0; c < columns.length; c++) {
      columns[c][i] = (1 - share) * unseen.means[c] + (share > 0 ? share * edge[c][0] : 0);
    }
  }
}

/** The part of an unseen stretch farther than `margin` from an observation, if a phase lies in it, around that phase. */
function rangeOf({ ranges }: UnseenPhases, phase: number, period: number, margin: number) {
  for (const { from, to } of ranges) {
    for (const shift of [0, period]) {
      const inner = { from: from + margin - shift, to: to - margin - shift };
      if (phase > inner.from && phase < inner.to) return inner;
    }
  }
  return undefined;
}

/** Writes the warning for users about phases without an observation. */
export function unseenWarning({ name, period }: Waves, unseen: UnseenPhases): string {
  const weekdays = period === 7 ? WEEKDAYS.filter((_, day) => isWholeDayUnseen(unseen, day)) : [];
  const days = unseen.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const what =
    weekdays.length > 0 ? weekdays.join(', ') : `${Math.round((100 * days) / period)} % of its period`;
  return `The history has no observation for ${what} in the seasonality "${name}": the mean of the others is used.`;
}

function isWholeDayUnseen({ ranges }: UnseenPhases, weekday: number): boolean {
  return ranges.some(({ from, to }) => [weekday, weekday + 7].some((day) => from < day && day + 1 <= to));
}

/** Unseen phases of a fitted model: they begin within two periods, and end there. @throws ForecastError `invalid-model` */
export function readUnseen(json: CheckedJson, period: number, fourierOrder: number): UnseenPhases {
  return {
    ranges: json.objects('ranges').map((range) => {
      const from = range.number('from', 0, 2 * period);
      return { from, to: range.number('to', from, 2 * period) };
    }),
    means: json.numbers('means', -MOST_WAVE, MOST_WAVE, 2 * fourierOrder),
  };
}

function distinctPhases(days: Float64Array, period: number): number[] {
  const phases = Array.from(days, (day) => phaseOf(day, period)).sort((a, b) => a - b);
  return phases.filter((phase, i) => i === 0 || phase - phases[i - 1] > SAME_PHASE * period);
}

function phaseOf(day: number, period: number): number {
  return day - Math.floor(day / period) * period;
}
