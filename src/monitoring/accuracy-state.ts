import * as z from 'zod/mini';
import type { Day } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import { decodeArray, type EncodedArray, encodeArray } from '../models/typed-array-json.js';
import { numberAt } from '../present.js';
import { checkedBy, firstIssue } from '../schema.js';
import { type DayForecast, type DayLedger, emptyLedger, enterForecast } from './day-ledger.js';
import { emptySums, SCORE_NAMES, type ScoreSums } from './score-sums.js';

/** The state of an accuracy monitor as plain data. */
export interface AccuracyMonitorState {
  readonly format: 'commerce-forecast.accuracy-monitor';
  readonly specificationVersion: 'v1';
  readonly newestDay: Day | null;
  /** Lists of ids, which forecasts refer to by index. */
  readonly idLists: readonly (readonly string[])[];
  readonly open: readonly OpenDayState[];
  /** Version, last step of the horizons, day, and the sums in the order of their names. */
  readonly closed: readonly (readonly [
    version: string,
    horizon: number,
    day: Day,
    sums: readonly number[],
  ])[];
}

/** A day whose actuals are not complete, or which is still forecast. */
export interface OpenDayState {
  readonly day: Day;
  readonly actuals: readonly (readonly [id: string, units: number])[];
  readonly forecasts: readonly {
    readonly version: string;
    readonly cutoffDay: Day;
    /** Index of the list of ids. */
    readonly ids: number;
    readonly mean: EncodedArray;
    readonly interval?: {
      readonly level: number;
      readonly lower: EncodedArray;
      readonly upper: EncodedArray;
    };
  }[];
}

const encodedArray = z.custom<EncodedArray>((value) => typeof value === 'object' && value !== null);
const day = z.int();

const accuracyMonitorState: z.ZodMiniType<AccuracyMonitorState> = z.object({
  format: z.literal('commerce-forecast.accuracy-monitor'),
  specificationVersion: z.literal('v1'),
  newestDay: z.nullable(day),
  idLists: z.array(z.array(z.string())),
  open: z.array(
    z.object({
      day,
      actuals: z.array(z.tuple([z.string(), z.number()])),
      forecasts: z.array(
        z.object({
          version: z.string(),
          cutoffDay: day,
          ids: z.int(),
          mean: encodedArray,
          interval: z.optional(z.object({ level: z.number(), lower: encodedArray, upper: encodedArray })),
        }),
      ),
    }),
  ),
  closed: z.array(
    z.tuple([z.string(), z.int(), day, z.array(z.number()).check(z.length(SCORE_NAMES.length))]),
  ),
});

interface ClosedScore {
  readonly version: string;
  readonly horizon: number;
  readonly day: Day;
  readonly sums: ScoreSums;
}

interface MonitorData {
  readonly open: ReadonlyMap<Day, DayLedger>;
  readonly closed: Iterable<ClosedScore>;
  /** `-Infinity` before the first actuals. */
  readonly newestDay: Day;
}

export function encodeState({ open, closed, newestDay }: MonitorData): AccuracyMonitorState {
  const idLists: (readonly string[])[] = [];
  const listNumber = (ids: readonly string[]): number => {
    const known = idLists.indexOf(ids);
    return known >= 0 ? known : idLists.push(ids) - 1;
  };
  const encodeForecast = ({ version, cutoffDay, ids, mean, interval }: DayForecast) => ({
    version,
    cutoffDay,
    ids: listNumber(ids),
    mean: encodeArray(mean),
    ...(interval && {
      interval: {
        level: interval.level,
        lower: encodeArray(interval.lower),
        upper: encodeArray(interval.upper),
      },
    }),
  });
  const encodedOpen = Array.from(open, ([openDay, { actuals, forecasts }]) => ({
    day: openDay,
    actuals: [...actuals],
    forecasts: Array.from(forecasts.values(), encodeForecast),
  }));
  return {
    format: 'commerce-forecast.accuracy-monitor',
    specificationVersion: 'v1',
    newestDay: Number.isFinite(newestDay) ? newestDay : null,
    idLists: idLists.map((ids) => [...ids]),
    open: encodedOpen,
    closed: Array.from(closed, (score) => [
      score.version,
      score.horizon,
      score.day,
      SCORE_NAMES.map((name) => score.sums[name]),
    ]),
  };
}

/** @throws ForecastError `invalid-data` if it is not the state of a monitor. */
export function decodeState(state: unknown): MonitorData {
  const result = checkedBy(accuracyMonitorState, state);
  if (!result.success) throw notAState(firstIssue(result.error).message);
  const { newestDay, idLists, open, closed } = result.data;
  try {
    return {
      newestDay: newestDay ?? Number.NEGATIVE_INFINITY,
      open: new Map(open.map((entry) => [entry.day, decodeLedger(entry, idLists)])),
      closed: closed.map(([version, horizon, scored, values]) => {
        const sums = emptySums();
        for (const [i, name] of SCORE_NAMES.entries()) sums[name] = numberAt(values, i);
        return { version, horizon, day: scored, sums };
      }),
    };
  } catch (cause) {
    throw notAState(cause instanceof Error ? cause.message : String(cause));
  }
}

function decodeLedger(
  { actuals, forecasts }: AccuracyMonitorState['open'][number],
  idLists: readonly (readonly string[])[],
): DayLedger {
  const ledger = emptyLedger();
  for (const [id, units] of actuals) ledger.actuals.set(id, units);
  for (const { version, cutoffDay, ids: list, mean, interval } of forecasts) {
    const ids = idLists[list];
    if (ids === undefined) throw notAState(`there is no list ${list} of ids`);
    const decoded = (values: EncodedArray) => decodeArray(values, 'float64', ids.length);
    const bounds = interval && {
      interval: { level: interval.level, lower: decoded(interval.lower), upper: decoded(interval.upper) },
    };
    enterForecast(ledger, { version, cutoffDay, ids, mean: decoded(mean), ...bounds });
  }
  return ledger;
}

function notAState(what: string): ForecastError {
  return new ForecastError('invalid-data', `Not the state of an accuracy monitor: ${what}`, {
    path: ['state'],
  });
}
