import { fourierColumns } from '../fourier.js';
import type { Points } from './points.js';

/** The fields of a seasonality that are needed here. */
interface Waves {
  readonly name: string;
  readonly period: number;
  readonly fourierOrder: number;
  readonly condition?: string;
}

/** Phases of a seasonality without observations, and the values used for them. */
export interface UnseenPhases {
  /** Stretches of the period without an observation, as days after its beginning; `to` may lie in the next period. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  /** Means of the columns over the observed phases, used for the others. */
  readonly means: readonly number[];
}

const WEEKDAYS = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'];
/** Share of the period within which phases are equal. */
const SAME_PHASE = 1e-6;

/**
 * The phases of a seasonality that lie further from every observation than half of its resolution, which is the
 * period divided by one more than its number of coefficients. There a Fourier series is determined by the prior
 * alone.
 */
export function unseenPhases(seasonality: Waves, points: Points): UnseenPhases | undefined {
  const { period, fourierOrder, condition } = seasonality;
  const holds = condition === undefined ? undefined : points.inputs.get(condition);
  const days = holds ? points.days.filter((_, i) => holds[i] !== 0) : points.days;
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

function distinctPhases(days: Float64Array, period: number): number[] {
  const phases = Array.from(days, (day) => phaseOf(day, period)).sort((a, b) => a - b);
  return phases.filter((phase, i) => i === 0 || phase - phases[i - 1] > SAME_PHASE * period);
}

function phaseOf(day: number, period: number): number {
  return day - Math.floor(day / period) * period;
}
