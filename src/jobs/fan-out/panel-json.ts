import { ForecastError } from '../../errors.js';
import { decodeArray, encodeArray } from '../../models/typed-array-json.js';
import type { Panel } from '../../panel/panel.js';

const FORMAT = 'commerce-forecast.panel';

/** What models learn from: a panel without its ids and without the columns of money, which no fit reads. */
export function panelToJson(panel: Panel): Record<string, unknown> {
  const { startDay, days, seriesCount, categories } = panel;
  return {
    format: FORMAT,
    startDay,
    days,
    seriesCount,
    categories,
    categoryOf: encodeArray(panel.categoryOf),
    units: encodeArray(panel.units),
    firstDay: encodeArray(panel.firstDay),
  };
}

/** @throws ForecastError `invalid-data` if the data is not what {@link panelToJson} wrote. */
export function panelFromJson(data: unknown): Panel {
  const json = data as Record<string, unknown> | null;
  const { startDay, days, seriesCount, categories } = (json ?? {}) as Partial<Panel>;
  if (
    json?.['format'] !== FORMAT ||
    !Number.isInteger(startDay) ||
    !Number.isInteger(days) ||
    !Number.isInteger(seriesCount) ||
    !Array.isArray(categories)
  ) {
    throw new ForecastError('invalid-data', 'The data is not a panel');
  }
  const series = seriesCount as number;
  return {
    startDay: startDay as number,
    days: days as number,
    seriesCount: series,
    ids: Array.from({ length: series }, (_, s) => `${s}`),
    categories,
    categoryOf: decodeArray(json['categoryOf'], 'int32', series),
    units: decodeArray(json['units'], 'float64', series * (days as number)),
    firstDay: decodeArray(json['firstDay'], 'int32', series),
  };
}
