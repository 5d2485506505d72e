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
  /** Stretches of the period without an observation, as days after its beginning; `to` may lie in the next period. */
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
 * The phases of a seasonality that lie further from every observation than half of its resolution, which is the
 * period divided by one more than its number of coefficients. There a Fourier series is determined by the prior
 * alone.
 *
 * @param days the observed days on which the seasonality holds.
 */
export function unseenPhases(
  { period, fourierOrder }: Omit<Waves, 'name'>,
  days: Float64Array,
): UnseenPhases | undefined {
  const phases = distinctPhases(days, period);
  if (phases.length === 0) return undefined;
  const reach = period / (2 * fourierOrder + 1) / 2 + SAME_PHASE * period;
  const ranges = phases.flatMap((phase, i) => {
    const next = i + 1 < phases.length ? phases[i + 1] : phases[0] + period;
    return next - phase > 2 * reach ? [{ from: phase + reach, to: next - reach }] : [];
  });
  if (ranges.length === 0) return undefined;
  const columns = fourierColumns(Float64Array.from(phases), period, fourierOrder);
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / phases.length);
  return { ranges, means };
}

/** Gives unseen phases the means of the columns on the observed ones, in place. */
export function fillUnseen(
  unseen: UnseenPhases,
  period: number,
  days: ArrayLike<number>,
  columns: readonly Float64Array[],
): void {
  for (let i = 0; i < days.length; i++) {
    if (!isUnseen(unseen, days[i], period)) continue;
    for (let c = 0; c < columns.length; c++) columns[c][i] = unseen.means[c];
  }
}

/** Tells whether a day falls into one of the ranges. */
export function isUnseen({ ranges }: UnseenPhases, day: number, period: number): boolean {
  const phase = phaseOf(day, period);
  return ranges.some(
    ({ from, to }) => (phase > from && phase < to) || (phase + period > from && phase + period < to),
  );
}

/** Writes the warning for users about phases without an observation. */
export function unseenWarning({ name, period }: Waves, unseen: UnseenPhases): string {
  const weekdays = period === 7 ? WEEKDAYS.filter((_, day) => isUnseen(unseen, day, period)) : [];
  const days = unseen.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const what =
    weekdays.length > 0 ? weekdays.join(', ') : `${Math.round((100 * days) / period)} % of its period`;
  return `The history has no observation for ${what} in the seasonality "${name}": the mean of the others is used.`;
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
