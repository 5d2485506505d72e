import * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { relativeError } from '../../metrics/pairs.js';
import { checkedBy, firstIssue } from '../../schema.js';
import { summarize, type TTest, welchTTest } from './t-tests.js';

/** A forecast whose actual has arrived. */
export interface LiveObservation {
  readonly version: number;
  /** Routing key that the version was assigned to. Errors are averaged by unit before versions are compared. */
  readonly unit: string;
  readonly forecast: number;
  readonly actual: number;
  /** Divisor of the error, e.g. the unit's mean sales, so that large units do not dominate. Default 1. */
  readonly scale?: number;
}

/** Live performance of a version. Errors are undefined before the first observation. */
export interface LiveMetrics {
  readonly version: number;
  readonly requests: number;
  readonly failures: number;
  /** 0 without requests. */
  readonly failureRate: number;
  readonly observations: number;
  readonly units: number;
  readonly wape: number | undefined;
  readonly bias: number | undefined;
  /** Mean over units of the mean scaled absolute error. */
  readonly unitError: number | undefined;
}

/** The state of a live tracker as plain data. */
export interface LiveTrackerState {
  readonly format: 'commerce-forecast.live-tracker';
  readonly specificationVersion: 'v1';
  readonly versions: readonly {
    readonly version: number;
    readonly requests: number;
    readonly failures: number;
    readonly observations: number;
    readonly absoluteError: number;
    readonly absoluteActual: number;
    readonly error: number;
    readonly actual: number;
    readonly units: readonly (readonly [unit: string, observations: number, scaledAbsoluteErrors: number])[];
  }[];
}

/** Collects live results by version. Made by {@link createLiveTracker}. */
export interface LiveTracker {
  /** @throws ForecastError `invalid-data` for a number that is not finite, or a scale that is not positive. */
  observe(observation: LiveObservation): void;
  /** Counts requests to a version, and how many of them failed. */
  countRequests(version: number, requests: number, failures?: number): void;
  metrics(version: number): LiveMetrics;
  /**
   * Welch's test on the unit errors of two versions: a negative difference means that the first one is better.
   * Undefined while a version has fewer than two units.
   */
  compare(first: number, second: number): TTest | undefined;
  /** Adds the state of another process. */
  merge(state: LiveTrackerState): void;
  /** Plain data, to be stored or sent. */
  toJSON(): LiveTrackerState;
}

const count = z.int().check(z.gte(0));

const liveTrackerState: z.ZodMiniType<LiveTrackerState> = z.object({
  format: z.literal('commerce-forecast.live-tracker'),
  specificationVersion: z.literal('v1'),
  versions: z.array(
    z.object({
      version: z.int().check(z.gte(1)),
      requests: count,
      failures: count,
      observations: count,
      absoluteError: z.number(),
      absoluteActual: z.number(),
      error: z.number(),
      actual: z.number(),
      units: z.array(z.tuple([z.string(), count, z.number()])),
    }),
  ),
});

type StoredVersion = LiveTrackerState['versions'][number];
type Totals = { -readonly [K in keyof Omit<StoredVersion, 'units' | 'version'>]: number };

interface Collected {
  readonly totals: Totals;
  readonly units: Map<string, { count: number; sum: number }>;
}

/**
 * Collects forecasts against actuals and failed requests by version, for decisions about canaries and experiments.
 *
 * ```ts
 * import { createLiveTracker } from 'commerce-forecast/registry';
 *
 * const tracker = createLiveTracker();
 * tracker.countRequests(3, 200, 1);
 * tracker.observe({ version: 3, unit: 'merchant-7', forecast: 12, actual: 10 });
 * tracker.metrics(3).wape; // 0.2
 * ```
 *
 * @param state - Result of an earlier `toJSON()`.
 * @throws ForecastError `invalid-data` if the state is not that of a tracker.
 */
export function createLiveTracker(state?: LiveTrackerState): LiveTracker {
  const versions = new Map<number, Collected>();

  function collected(version: number): Collected {
    if (!Number.isInteger(version) || version < 1) {
      throw new ForecastError('invalid-data', `${version} is not a version`, { path: ['version'] });
    }
    let found = versions.get(version);
    if (found === undefined) {
      found = { totals: { ...NOTHING }, units: new Map() };
      versions.set(version, found);
    }
    return found;
  }

  function addUnit({ units }: Collected, unit: string, added: number, sum: number): void {
    const known = units.get(unit);
    if (known === undefined) units.set(unit, { count: added, sum });
    else {
      known.count += added;
      known.sum += sum;
    }
  }

  const tracker: LiveTracker = {
    observe({ version, unit, forecast, actual, scale = 1 }) {
      for (const [name, value] of Object.entries({ forecast, actual, scale })) {
        if (!Number.isFinite(value) || (name === 'scale' && value <= 0)) {
          throw new ForecastError('invalid-data', `${name} must be a finite number, got ${value}`, {
            path: [name],
          });
        }
      }
      const into = collected(version);
      const error = forecast - actual;
      into.totals.observations++;
      into.totals.absoluteError += Math.abs(error);
      into.totals.absoluteActual += Math.abs(actual);
      into.totals.error += error;
      into.totals.actual += actual;
      addUnit(into, unit, 1, Math.abs(error) / scale);
    },
    countRequests(version, requests, failures = 0) {
      if (
        ![requests, failures].every((value) => Number.isInteger(value) && value >= 0) ||
        failures > requests
      ) {
        throw new ForecastError('invalid-data', `${failures} of ${requests} requests cannot have failed`, {
          path: ['failures'],
        });
      }
      const { totals } = collected(version);
      totals.requests += requests;
      totals.failures += failures;
    },
    metrics: (version) => metricsOf(version, versions.get(version) ?? { totals: NOTHING, units: new Map() }),
    compare(first, second) {
      const [a, b] = [unitErrors(versions.get(first)), unitErrors(versions.get(second))];
      if (a.length < 2 || b.length < 2) return undefined;
      return welchTTest(summarize(a), summarize(b));
    },
    merge(other) {
      for (const { version, units, ...totals } of parseState(other).versions) {
        const into = collected(version);
        for (const name of Object.keys(NOTHING) as (keyof Totals)[]) into.totals[name] += totals[name];
        for (const [unit, added, sum] of units) addUnit(into, unit, added, sum);
      }
    },
    toJSON: () => ({
      format: 'commerce-forecast.live-tracker',
      specificationVersion: 'v1',
      versions: [...versions].map(([version, { totals, units }]) => ({
        version,
        ...totals,
        units: Array.from(units, ([unit, { count: added, sum }]): [string, number, number] => [
          unit,
          added,
          sum,
        ]),
      })),
    }),
  };
  if (state !== undefined) tracker.merge(state);
  return tracker;
}

const NOTHING: Readonly<Totals> = {
  requests: 0,
  failures: 0,
  observations: 0,
  absoluteError: 0,
  absoluteActual: 0,
  error: 0,
  actual: 0,
};

function metricsOf(version: number, { totals, units }: Collected): LiveMetrics {
  const { requests, failures, observations, absoluteError, absoluteActual, error, actual } = totals;
  const seen = observations > 0;
  const errors = unitErrors({ totals, units });
  return {
    version,
    requests,
    failures,
    failureRate: requests > 0 ? failures / requests : 0,
    observations,
    units: units.size,
    wape: seen ? relativeError(absoluteError, absoluteActual) : undefined,
    bias: seen ? Math.sign(error) * relativeError(Math.abs(error), Math.abs(actual)) : undefined,
    unitError: seen ? errors.reduce((sum, value) => sum + value, 0) / errors.length : undefined,
  };
}

function unitErrors(version: Collected | undefined): number[] {
  return Array.from(version?.units.values() ?? [], ({ count: observed, sum }) => sum / observed);
}

function parseState(state: unknown): LiveTrackerState {
  const result = checkedBy(liveTrackerState, state);
  if (result.success) return result.data;
  const { path, message } = firstIssue(result.error);
  throw new ForecastError('invalid-data', `Not the state of a live tracker: ${message}`, { path });
}
