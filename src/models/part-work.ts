import type { CalendarEvent } from '../calendar/events.js';
import { ForecastError } from '../errors.js';
import type { LongCallOptions } from '../long-call.js';
import { scopeKey } from '../panel/event-scopes.js';
import type { Panel } from '../panel/panel.js';
import { type ArrayOf, type Encodable, KINDS, type Kind } from './typed-array-json.js';

/** Input or result of one part of a work: plain data with typed arrays. */
export interface PartData {
  readonly about: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Encodable>>;
}

/**
 * A computation on some series that any process can run: it depends on its arguments only, and gives the same
 * bytes everywhere.
 */
export interface PartWork {
  /** Name under which the workers look it up. */
  readonly name: string;
  /** @param shared plain JSON data that all parts have in common */
  run(shared: unknown, part: PartData): Promise<PartData>;
}

/** One part that is handed out. */
export interface Part {
  /** Name among the parts of the work. */
  readonly name: string;
  readonly input: () => PartData;
}

/**
 * Other processes that run the parts of a fit or a forecast. A model whose fit can be divided hands its parts
 * to the workers of the fit options and puts the results together; any other model ignores them, and
 * combinations of models pass them on.
 */
export interface PartWorkers {
  /** Series of one part. */
  readonly partSeries: number;
  /** True if a model fitted by the workers also forecasts with them. */
  readonly forecasts: boolean;
  /**
   * Runs all parts (at least one), started in order, and hands each result to `take` as it arrives. The works
   * of a fit start in the order of the calls.
   *
   * @param work name of the {@link PartWork}
   * @param shared plain JSON data that identifies this run of the work; for a fit it includes {@link panelKey}
   */
  run(
    work: string,
    shared: Readonly<Record<string, unknown>>,
    parts: readonly Part[],
    take: (result: PartData, index: number) => void,
    options: LongCallOptions,
  ): Promise<void>;
}

/** Named ranges of at most `partSeries` series, `to` excluded. */
export function seriesRanges(seriesCount: number, partSeries: number) {
  return Array.from({ length: Math.ceil(seriesCount / partSeries) }, (_, part) => ({
    from: part * partSeries,
    to: Math.min(seriesCount, (part + 1) * partSeries),
    name: `part-${part}`,
  }));
}

/**
 * Makes a key of the sales of a panel: a weak checksum suffices, as the inputs of parts have checksums of their
 * own.
 */
export function panelKey({ startDay, days, units }: Panel) {
  let checksum = 0;
  for (let i = 0; i < units.length; i++) if (units[i] > 0) checksum += units[i] * (1 + (i & 0xffff));
  return { startDay, days, checksum };
}

/**
 * The series `from` to `to` (excluded) of a panel as models learn from them: without ids and revenue or prices,
 * which no divided fit reads. Ids and locations are sent only where something has a scope.
 *
 * @param scoped events and whatever else may be for some series only.
 */
export function panelToPart(
  panel: Panel,
  from: number,
  to: number,
  scoped: readonly Pick<CalendarEvent, 'scope'>[] = [],
): PartData {
  const { startDay, days, categories, ids, attributes } = panel;
  const named = scoped.some((one) => scopeKey(one) !== '') && {
    ids: ids.slice(from, to),
    attributes: attributes?.map((one) => ({ ...one, valueOf: Array.from(one.valueOf.subarray(from, to)) })),
  };
  return {
    about: { startDay, days, seriesCount: to - from, categories, ...named },
    arrays: {
      categoryOf: panel.categoryOf.subarray(from, to),
      units: panel.units.subarray(from * days, to * days),
      firstDay: panel.firstDay.subarray(from, to),
    },
  };
}

/** @throws ForecastError `invalid-data` if the part is not what {@link panelToPart} made. */
export function panelFromPart(part: PartData): Panel {
  const { startDay, days, seriesCount, categories, ids, attributes } = part.about as Partial<Panel>;
  const whole = (value: unknown): value is number => Number.isInteger(value);
  if (!whole(startDay) || !whole(days) || !whole(seriesCount) || !Array.isArray(categories)) {
    throw new ForecastError('invalid-data', 'The data is not a panel');
  }
  return {
    startDay,
    days,
    seriesCount,
    ids: ids ?? Array.from({ length: seriesCount }, (_, s) => `${s}`),
    categories,
    categoryOf: partArray(part, 'categoryOf', 'int32', seriesCount),
    units: partArray(part, 'units', 'float64', seriesCount * days),
    firstDay: partArray(part, 'firstDay', 'int32', seriesCount),
    ...(attributes && {
      attributes: attributes.map((one) => ({ ...one, valueOf: Int32Array.from(one.valueOf) })),
    }),
  };
}

/** Reads an array of a part. @throws ForecastError `invalid-data` unless it has that kind and length. */
export function partArray<K extends Kind>(
  { arrays }: PartData,
  name: string,
  kind: K,
  length: number,
): ArrayOf<K> {
  const values = arrays[name];
  if (values instanceof KINDS[kind] && values.length === length) return values as ArrayOf<K>;
  throw new ForecastError('invalid-data', `A part has no ${kind} array "${name}" of ${length} values`);
}
