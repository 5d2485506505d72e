import type { CalendarEvent } from '../calendar/events.js';
import { ForecastError } from '../errors.js';
import type { LongCallOptions } from '../long-call.js';
import { scopeKey } from '../panel/event-scopes.js';
import type { Panel } from '../panel/panel.js';
import { type ArrayOf, type Encodable, KINDS, type Kind } from './typed-array-json.js';

/** Plain data with typed arrays: what one part of a work gets and gives. */
export interface PartData {
  readonly about: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Encodable>>;
}

/** A work on some series that any process can do: all it needs is in its arguments, and it gives the same bytes everywhere. */
export interface PartWork {
  /** Name by which the workers know it. */
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
 * Other processes that do works of a fit or a forecast. A model whose fit can be divided hands its parts to the workers of
 * the fit options and puts the results together; any other model ignores them, and combinations of models pass them on.
 */
export interface PartWorkers {
  /** Series of one part. */
  readonly partSeries: number;
  /** True if a model that they fitted also has them make its forecasts. */
  readonly forecasts: boolean;
  /**
   * Has all parts done, at least one and begun in order, and hands each result to `take` as it comes. The works of a fit are
   * begun in the order of the calls.
   *
   * @param work name of the {@link PartWork}
   * @param shared tells this work from any other: of a fit, {@link panelKey} belongs to it
   */
  run(
    work: string,
    shared: Readonly<Record<string, unknown>>,
    parts: readonly Part[],
    take: (result: PartData, index: number) => void,
    options: LongCallOptions,
  ): Promise<void>;
}

/** Ranges of at most so many series, `to` excluded, with a name each. */
export function seriesRanges(seriesCount: number, partSeries: number) {
  return Array.from({ length: Math.ceil(seriesCount / partSeries) }, (_, part) => ({
    from: part * partSeries,
    to: Math.min(seriesCount, (part + 1) * partSeries),
    name: `part-${part}`,
  }));
}

/** Makes a key of the sales of a panel: good enough to name a work, whose inputs have checksums of their own. */
export function panelKey({ startDay, days, units }: Panel) {
  let checksum = 0;
  for (let i = 0; i < units.length; i++) if (units[i] > 0) checksum += units[i] * (1 + (i & 0xffff));
  return { startDay, days, checksum };
}

/**
 * The series `from` to `to` (excluded) of a panel as models learn from them: without ids and without the columns of money,
 * which no fit that is divided reads. Ids and locations are sent only where events are for some of them.
 */
export function panelToPart(
  panel: Panel,
  from: number,
  to: number,
  events: readonly CalendarEvent[] = [],
): PartData {
  const { startDay, days, categories, ids, attributes } = panel;
  const named = events.some((event) => scopeKey(event) !== '') && {
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

/** An array of a part. @throws ForecastError `invalid-data` unless it has that kind and length. */
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
