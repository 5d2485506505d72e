import { invalidOption } from '../errors.js';

/** @throws ForecastError `invalid-option` unless a value is a number of at least zero. */
export function checkAmount(name: string, value: number): void {
  if (value >= 0 && value < Number.POSITIVE_INFINITY) return;
  invalidOption(name, `${name} must be a number of at least 0, not ${value}`);
}

/** @throws ForecastError `invalid-option` unless a value lies between 0 and 1, both excluded. */
export function checkProbability(name: string, value: number): void {
  if (value > 0 && value < 1) return;
  invalidOption(name, `${name} must lie between 0 and 1, both excluded, not ${value}`);
}

/** @throws ForecastError `invalid-option` unless a value is a number above zero. */
export function checkAboveZero(name: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  invalidOption(name, `${name} must be a number above 0, not ${value}`);
}

/** @throws ForecastError `invalid-option` unless a value is a finite number. */
export function checkFinite(name: string, value: number): void {
  if (Number.isFinite(value)) return;
  invalidOption(name, `${name} must be a number, not ${value}`);
}
