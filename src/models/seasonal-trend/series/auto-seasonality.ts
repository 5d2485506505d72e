import { checkWholeNumber } from '../../../errors.js';

/** One of Prophet's automatic seasonalities. */
export interface AutoSeasonality {
  readonly name: 'yearly' | 'weekly' | 'daily';
  readonly period: number;
  readonly defaultOrder: number;
  /** Days that the history must span. */
  readonly minSpan: number;
  /** The spacing of the rows must be below this. */
  readonly maxSpacing: number;
}

export const AUTO_SEASONALITIES: readonly AutoSeasonality[] = [
  { name: 'yearly', period: 365.25, defaultOrder: 10, minSpan: 730, maxSpacing: Infinity },
  { name: 'weekly', period: 7, defaultOrder: 3, minSpan: 14, maxSpacing: 7 },
  { name: 'daily', period: 1, defaultOrder: 4, minSpan: 2, maxSpacing: 1 },
];

/**
 * The Fourier order of an automatic seasonality, 0 for none, with a warning where users may expect it and it is
 * off.
 *
 * @param days days of the observed rows, ascending.
 */
export function autoOrder(
  seasonality: AutoSeasonality,
  choice: 'auto' | boolean | number,
  days: Float64Array,
): { order: number; warning?: string } {
  const { name, defaultOrder, minSpan, maxSpacing } = seasonality;
  if (choice === true) return { order: defaultOrder };
  if (choice === false || choice === 0) return { order: 0 };
  if (typeof choice === 'number') {
    checkWholeNumber(`${name}Seasonality`, choice, 1);
    return { order: choice };
  }
  const span = days[days.length - 1] - days[0];
  if (span >= minSpan && smallestSpacing(days) < maxSpacing) return { order: defaultOrder };
  return name === 'yearly' ? { order: 0, warning: yearlyWarning(span, minSpan) } : { order: 0 };
}

function yearlyWarning(span: number, minSpan: number): string {
  return (
    `The yearly seasonality is off: it needs ${minSpan} days between the first and the last observation, and there ` +
    `are ${span} (${minSpan} daily rows span ${minSpan - 1} days). Set yearlySeasonality: true to have it anyway.`
  );
}

/** Smallest time between two rows that are not at the same time. */
function smallestSpacing(days: Float64Array): number {
  let smallest = Infinity;
  for (let i = 1; i < days.length; i++) {
    const spacing = days[i] - days[i - 1];
    if (spacing > 0 && spacing < smallest) smallest = spacing;
  }
  return smallest;
}
