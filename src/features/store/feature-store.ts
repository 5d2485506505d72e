import type { Day } from '../../calendar/day.js';
import { formatDay } from '../../calendar/day.js';
import type { CalendarEvent } from '../../calendar/events.js';
import { ForecastError, invalidOption } from '../../errors.js';
import { type LongCallOptions, runInSlices, throwIfAborted } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { lastDay, type Panel } from '../../panel/panel.js';
import { computeFeaturesSteps, type NamedFeatures, sharedColumns } from '../documented-features.js';
import type { IndicatorSeries } from '../indicator-features.js';
import { FEATURE_NAMES } from '../names.js';
import {
  DOCUMENTED_FEATURES,
  featureVersion,
  SERIES_FEATURES,
  SHARED_FEATURES,
} from './feature-definition.js';
import type { FeatureDay, FeatureTable } from './feature-table.js';
import { inputFingerprints } from './input-fingerprints.js';

export interface MaterializeOptions extends LongCallOptions {
  readonly events?: readonly CalendarEvent[];
  readonly indicators?: readonly IndicatorSeries[];
}

const MATERIALIZE_OPTIONS: OptionTable<MaterializeOptions> = {
  events: 1,
  indicators: 1,
  signal: 1,
  onProgress: 1,
};

export interface MaterializeResult {
  /** Version of the definition under which the values are stored. */
  readonly version: string;
  /** Days that were new or whose inputs had changed. */
  readonly computedDays: number;
  /** Days that were stored already. */
  readonly unchangedDays: number;
}

/** Stored features: row `s * days + d` is series `ids[s]` on day `startDay + d`, as in `computeFeatures`. */
export interface StoredFeatures extends NamedFeatures {
  readonly version: string;
  readonly startDay: Day;
  readonly days: number;
  readonly ids: readonly string[];
}

/** Computes features once and gives the same values to training and to serving. Made by {@link createFeatureStore}. */
export interface FeatureStore {
  /** Version of the definition that this code computes. */
  version(): Promise<string>;
  /**
   * Computes and stores the features of the days of a panel that are not stored yet, and of those whose inputs were
   * corrected since. May be aborted and repeated: what is stored stays.
   *
   * A panel that starts later than what is stored (the retention cut it) leaves its first days as they are stored,
   * since they were computed with more history.
   */
  materialize(panel: Panel, options?: MaterializeOptions): Promise<MaterializeResult>;
  /**
   * The features of a range of days (both included) for training.
   *
   * @param ids - Default: the series of the last day.
   * @throws ForecastError `not-found` for a day that is not stored or a series that none of the days knows.
   */
  offline(range: {
    readonly from: Day;
    readonly to: Day;
    readonly ids?: readonly string[];
  }): Promise<StoredFeatures>;
  /** The features of the newest stored day, for serving. */
  online(ids?: readonly string[]): Promise<StoredFeatures>;
  /** Removes the days before a day and returns how many went. */
  deleteBefore(day: Day): Promise<number>;
}

/** Days computed and stored in one go: small enough that 10,000 series take 20 MB. */
const CHUNK_DAYS = 31;

/**
 * A store of the documented features.
 *
 * ```ts
 * import { createFeatureStore, MemoryFeatureTable, type Panel } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const store = createFeatureStore({ table: new MemoryFeatureTable() });
 * await store.materialize(panel);
 * const { columns } = await store.online(['tea', 'coffee']);
 * ```
 */
export function createFeatureStore(options: { readonly table: FeatureTable }): FeatureStore {
  refuseUnknown(options, { table: 1 });
  const { table } = options;
  const version = () => featureVersion(DOCUMENTED_FEATURES);

  return {
    version,
    async materialize(panel, options = {}) {
      refuseUnknown(options, MATERIALIZE_OPTIONS);
      throwIfAborted(options.signal);
      const current = await version();
      const shared = sharedOfPanel(panel, options);
      const inputs = await inputFingerprints(panel, DOCUMENTED_FEATURES.reach, shared, options);
      const stale = staleDays(panel, inputs, await table.inputs(current));
      for (const { from, to } of runsOf(stale)) {
        const { events, indicators, signal, onProgress } = options;
        const computed = computeFeaturesSteps(panel, { from, to, events, indicators });
        const features = await runInSlices(computed, { signal, onProgress });
        await table.write(current, splitByDay(panel, features, from, to, inputs, shared));
      }
      return { version: current, computedDays: stale.length, unchangedDays: panel.days - stale.length };
    },
    async offline({ from, to, ids }) {
      if (!Number.isInteger(from) || !Number.isInteger(to) || from > to) {
        invalidOption('from', `${from} to ${to} is not a range of days`);
      }
      const current = await version();
      const stored: FeatureDay[] = [];
      for await (const day of table.read(current, from, to)) stored.push(day);
      for (let i = 0; i <= to - from; i++) if (stored[i]?.day !== from + i) throw missingDay(from + i);
      return assemble(current, stored, ids);
    },
    async online(ids) {
      const current = await version();
      const newest = await table.latest(current);
      if (newest === undefined) {
        throw new ForecastError('not-found', 'No features are stored', { hint: 'Call materialize() first.' });
      }
      return assemble(current, [newest], ids);
    },
    async deleteBefore(day) {
      return table.deleteBefore(await version(), day);
    },
  };
}

/** The shared features of each day of the panel. */
function sharedOfPanel(
  panel: Panel,
  { events, indicators }: MaterializeOptions,
): (dayIndex: number) => Float32Array {
  const columns = sharedColumns(panel.startDay, panel.days, lastDay(panel), events, indicators);
  const shared = SHARED_FEATURES.map((name) => columns[FEATURE_NAMES.indexOf(name)]!);
  return (dayIndex) => Float32Array.from(shared, (column) => column[dayIndex]);
}

/** Indices of the days whose stored values, if any, were made from other inputs. */
function staleDays(panel: Panel, inputs: readonly string[], stored: ReadonlyMap<Day, string>): number[] {
  let firstStored = Number.POSITIVE_INFINITY;
  for (const day of stored.keys()) firstStored = Math.min(firstStored, day);
  const isCut = firstStored < panel.startDay;
  const stale: number[] = [];
  for (let i = 0; i < panel.days; i++) {
    const known = stored.get(panel.startDay + i);
    const keptFromLongerHistory = isCut && i < DOCUMENTED_FEATURES.reach && known !== undefined;
    if (known !== inputs[i] && !keptFromLongerHistory) stale.push(i);
  }
  return stale;
}

/** Consecutive indices as ranges, `to` excluded, of at most {@link CHUNK_DAYS}. */
function runsOf(indices: readonly number[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === index && last.to - last.from < CHUNK_DAYS) last.to++;
    else runs.push({ from: index, to: index + 1 });
  }
  return runs;
}

/** Computed features, series by series, as one record for each day. */
function splitByDay(
  { seriesCount, startDay, ids }: Panel,
  { columns }: NamedFeatures,
  from: number,
  to: number,
  inputs: readonly string[],
  sharedOfDay: (dayIndex: number) => Float32Array,
): FeatureDay[] {
  const days = to - from;
  const seriesColumns = SERIES_FEATURES.map((name) => columns[FEATURE_NAMES.indexOf(name)]);
  return Array.from({ length: days }, (_, d) => {
    const series = new Float32Array(seriesColumns.length * seriesCount);
    for (const [j, column] of seriesColumns.entries()) {
      for (let s = 0; s < seriesCount; s++) series[j * seriesCount + s] = column[s * days + d];
    }
    return { day: startDay + from + d, inputs: inputs[from + d], ids, shared: sharedOfDay(from + d), series };
  });
}

/** Puts days together again. A series that a day does not know had no sales that its features could be made from. */
function assemble(
  version: string,
  stored: readonly FeatureDay[],
  wanted: readonly string[] | undefined,
): StoredFeatures {
  const ids = wanted ?? stored[stored.length - 1].ids;
  const days = stored.length;
  const rows = ids.length * days;
  const columns = FEATURE_NAMES.map(() => new Float32Array(rows).fill(Number.NaN));
  const seriesColumns = SERIES_FEATURES.map((name) => columns[FEATURE_NAMES.indexOf(name)]);
  const known = new Uint8Array(ids.length);
  for (const [d, { ids: dayIds, shared, series }] of stored.entries()) {
    for (const [j, name] of SHARED_FEATURES.entries()) {
      const column = columns[FEATURE_NAMES.indexOf(name)];
      for (let s = 0; s < ids.length; s++) column[s * days + d] = shared[j];
    }
    const place = new Map(dayIds.map((id, i) => [id, i]));
    for (let s = 0; s < ids.length; s++) {
      const i = place.get(ids[s]);
      if (i === undefined) continue;
      known[s] = 1;
      for (const [j, column] of seriesColumns.entries()) column[s * days + d] = series[j * dayIds.length + i];
    }
  }
  const unknown = known.indexOf(0);
  if (unknown >= 0) {
    throw new ForecastError('not-found', `No features of series "${ids[unknown]}" are stored`, {
      path: ['ids', unknown],
    });
  }
  return { version, startDay: stored[0].day, days, ids: [...ids], rows, columns, names: FEATURE_NAMES };
}

function missingDay(day: Day): ForecastError {
  return new ForecastError('not-found', `No features of ${formatDay(day)} are stored`, {
    path: [formatDay(day)],
    hint: 'Call materialize() with a panel that has the day.',
  });
}
