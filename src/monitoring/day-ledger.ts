import type { Day } from '../calendar/day.js';
import { numberAt } from '../present.js';
import { emptySums, type ScoreSums } from './score-sums.js';

/** Forecast of one version for one day, in the order of `ids`. */
export interface DayForecast {
  readonly version: string;
  /** Last day of the data behind the forecast. */
  readonly cutoffDay: Day;
  readonly ids: readonly string[];
  readonly mean: Float64Array;
  readonly interval?: { readonly level: number; readonly lower: Float64Array; readonly upper: Float64Array };
}

/** Forecasts of a day, and the actuals that have arrived. */
export interface DayLedger {
  readonly forecasts: Map<string, DayForecast>;
  readonly actuals: Map<string, number>;
}

export function emptyLedger(): DayLedger {
  return { forecasts: new Map(), actuals: new Map() };
}

/** Enters a forecast; one of the same version and cutoff is replaced, so that recording may be repeated. */
export function enterForecast(ledger: DayLedger, forecast: DayForecast): void {
  ledger.forecasts.set(`${forecast.cutoffDay} ${forecast.version}`, forecast);
}

/** Scores every forecast of a day against the actuals that have arrived. */
export function* scoreDay(ledger: DayLedger): Generator<{ forecast: DayForecast; sums: ScoreSums }> {
  if (ledger.actuals.size === 0) return;
  for (const forecast of ledger.forecasts.values()) {
    const sums = emptySums();
    for (const [i, id] of forecast.ids.entries()) {
      const actual = ledger.actuals.get(id);
      if (actual !== undefined) addPair(sums, forecast, i, actual);
    }
    if (sums.observations > 0) yield { forecast, sums };
  }
}

function addPair(sums: ScoreSums, { mean, interval }: DayForecast, i: number, actual: number): void {
  const error = numberAt(mean, i) - actual;
  sums.observations++;
  sums.absoluteError += Math.abs(error);
  sums.absoluteActual += Math.abs(actual);
  sums.error += error;
  sums.actual += actual;
  if (interval === undefined) return;
  sums.intervals++;
  sums.levels += interval.level;
  if (actual >= numberAt(interval.lower, i) && actual <= numberAt(interval.upper, i)) sums.covered++;
}
