/** An expected number of units with the bounds of its interval, if it has one. */
export interface UnitsWithBounds {
  readonly predictedUnits: number;
  readonly lower?: number;
  readonly upper?: number;
}

const MOST_DIGITS = 6;

/**
 * Rounds a forecast for display: to the place of the second digit of the width of its interval, which is finer than
 * anybody can know the forecast, and to whole units at most. 123.4 within 80.2 to 170.9 becomes 123 within 80 to 171.
 *
 * ```ts
 * import { roundForecast } from 'commerce-forecast';
 *
 * roundForecast({ predictedUnits: 4.4821, lower: 1.7304, upper: 8.0193 }); // 4.5, 1.7 and 8
 * ```
 */
export function roundForecast<F extends UnitsWithBounds>(forecast: F): Pick<F, keyof UnitsWithBounds> {
  const { predictedUnits, lower, upper } = forecast;
  const width = lower === undefined || upper === undefined ? 0 : upper - lower;
  const digits = digitsOf(width > 0 ? width : Math.abs(predictedUnits));
  const rounded: UnitsWithBounds = {
    predictedUnits: roundTo(predictedUnits, digits),
    ...(lower !== undefined && { lower: roundTo(lower, digits) }),
    ...(upper !== undefined && { upper: roundTo(upper, digits) }),
  };
  return rounded as Pick<F, keyof UnitsWithBounds>;
}

/** Rounds to decimal places. */
export function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Decimal places of sums in answers: more are the noise of binary fractions. */
const SUM_DIGITS = 6;

/** A sum for an answer: 123 and not 123.00000000000001. */
export function cleanSum(value: number): number {
  return roundTo(value, SUM_DIGITS);
}

/** Units in a sentence: whole ones, or tenths of few. */
export function unitsText(units: number): string {
  return String(roundTo(units, Math.abs(units) < 10 ? 1 : 0));
}

function digitsOf(width: number): number {
  if (!(width > 0)) return 0;
  let digits = 0;
  for (let rest = width; rest < 10 && digits < MOST_DIGITS; rest *= 10) digits++;
  return digits;
}
