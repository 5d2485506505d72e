import type { Day } from '../calendar/day.js';
import { checkWholeNumber, ForecastError, invalidOption } from '../errors.js';
import type { Interval, PanelForecast } from '../models/contract.js';

export function checkForecast(
  ids: readonly string[],
  { seriesCount, horizon, mean }: PanelForecast,
  level: number | undefined,
  interval: Interval | undefined,
): void {
  if (ids.length !== seriesCount) {
    throw new ForecastError('invalid-data', `There are ${ids.length} ids for ${seriesCount} series`, {
      path: ['ids'],
    });
  }
  if (level !== undefined && interval === undefined) {
    invalidOption('level', `The forecast has no interval of level ${level}`);
  }
  for (const [name, values] of Object.entries({ mean, lower: interval?.lower, upper: interval?.upper })) {
    if (values === undefined) continue;
    const wrong =
      values.length === seriesCount * horizon ? values.findIndex((value) => !Number.isFinite(value)) : 0;
    if (wrong >= 0 && values.length + seriesCount * horizon > 0) {
      throw new ForecastError('invalid-data', `${name} of the forecast is not complete and finite`, {
        path: ['forecast', name, wrong],
      });
    }
  }
}

export function checkActuals(day: Day, ids: readonly string[], units: ArrayLike<number>): void {
  if (!Number.isInteger(day)) {
    throw new ForecastError('invalid-data', `${day} is not a day`, { path: ['day'] });
  }
  if (ids.length !== units.length) {
    throw new ForecastError('invalid-data', `There are ${ids.length} ids for ${units.length} units`, {
      path: ['units'],
    });
  }
  for (let i = 0; i < units.length; i++) {
    if (Number.isFinite(units[i]) || Number.isNaN(units[i])) continue;
    throw new ForecastError('invalid-data', `units[${i}] is not a finite number`, { path: ['units', i] });
  }
}

export function checkOptions(horizons: readonly number[], correctionDays: number, keepDays: number): void {
  const ascending = horizons.every((step, i) => Number.isInteger(step) && step > (horizons[i - 1] ?? 0));
  if (horizons.length === 0 || !ascending) {
    invalidOption('horizons', 'horizons must be ascending whole numbers from 1');
  }
  checkWholeNumber('correctionDays', correctionDays, 0);
  checkWholeNumber('keepDays', keepDays);
}
