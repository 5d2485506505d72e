import { type Day, tryParseDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { IndicatorSeries } from '../models/contract.js';
import { refuseUnknown } from '../options.js';
import { CsvLineReader } from '../panel/csv/csv-lines.js';
import type { IndicatorFrequency, IndicatorSource, Transform } from './contract.js';
import { overdueAfter, publicationsOf, type Vintage, vintagesFromLag, withinRange } from './publications.js';

/** An indicator in a CSV text with a header. */
export interface CsvIndicator {
  /** The text, or a function that reads it when it is needed. */
  readonly csv: string | (() => string | Promise<string>);
  /** Names of the columns. Defaults `date`, `value` and, if there is such a column, `published`. */
  readonly columns?: { readonly date?: string; readonly value?: string; readonly published?: string };
  /** Default `level`. */
  readonly transform?: Transform;
  /** Interval between its observations. Default `monthly`. */
  readonly frequency?: IndicatorFrequency;
  /**
   * Days from a period's end to its publication, for a file without publication days whose dates are the first
   * days of periods. Without either, each date counts as the day of publication.
   */
  readonly releaseLagDays?: number;
}

/** Values by day of publication, `YYYY-MM-DD`. */
export type ManualIndicator = Readonly<Record<string, number>>;

/**
 * Indicators from CSV texts: one row per period, and several for a revised one.
 *
 * ```ts
 * import { csvIndicators } from 'commerce-forecast/indicators';
 *
 * const source = csvIndicators({
 *   gdp: { csv: 'date,value,published\n2024-01-01,28269,2024-04-25\n', frequency: 'quarterly' },
 * });
 * ```
 *
 * `load` rejects with a ForecastError `invalid-data` with the line of the first wrong value, or
 * `invalid-option` if a column is missing.
 */
export function csvIndicators(series: Readonly<Record<string, CsvIndicator>>): IndicatorSource {
  const specOf = (indicator: string): CsvIndicator => {
    const known = Object.hasOwn(series, indicator) ? series[indicator] : undefined;
    if (known) return known;
    throw new ForecastError('invalid-option', `There is no CSV for the indicator "${indicator}"`, {
      path: [indicator],
    });
  };
  return {
    specificationVersion: 'v1',
    name: 'csv',
    indicators: Object.keys(series),
    maxAgeDays(indicator) {
      const { frequency = 'monthly', releaseLagDays = 0 } = specOf(indicator);
      return overdueAfter(frequency, releaseLagDays);
    },
    async load(indicator, { from, to }): Promise<IndicatorSeries> {
      const spec = specOf(indicator);
      const text = typeof spec.csv === 'string' ? spec.csv : await spec.csv();
      const publications = publicationsOf(readVintages(indicator, text, spec), spec.transform ?? 'level');
      return { name: indicator, ...withinRange(publications, from, to) };
    },
  };
}

/**
 * Indicators given by hand.
 *
 * ```ts
 * import { manualIndicators } from 'commerce-forecast/indicators';
 *
 * const source = manualIndicators({ consumer_confidence: { '2024-01-26': 79, '2024-02-23': 76.9 } });
 * ```
 */
export function manualIndicators(
  series: Readonly<Record<string, ManualIndicator>>,
  options: { readonly frequency?: IndicatorFrequency } = {},
): IndicatorSource {
  refuseUnknown(options, { frequency: 1 });
  const entries = Object.entries(series).map(([name, values]) => {
    const rows = Object.entries(values).map(([date, value]) => `${date},${value}\n`);
    return [name, { csv: `date,value\n${rows.join('')}`, frequency: options.frequency }] as const;
  });
  return { ...csvIndicators(Object.fromEntries(entries)), name: 'manual' };
}

interface Row {
  readonly period: Day;
  readonly value: number;
  readonly published: Day | undefined;
}

function readVintages(indicator: string, text: string, spec: CsvIndicator): Vintage[] {
  const rows = readRows(indicator, text, spec.columns ?? {});
  if (rows.every((row) => row.published === undefined)) {
    if (spec.releaseLagDays !== undefined) {
      return vintagesFromLag(rows, spec.frequency ?? 'monthly', spec.releaseLagDays);
    }
    return rows.map((row) => ({ ...row, knownFrom: row.period, knownTo: Number.POSITIVE_INFINITY }));
  }
  return rows.map((row) => ({
    ...row,
    knownFrom: row.published ?? row.period,
    knownTo: endOfVintage(row, rows),
  }));
}

/** Last day on which a value is current: the day before the next publication for the same period. */
function endOfVintage(row: Row, rows: readonly Row[]): Day {
  let next = Number.POSITIVE_INFINITY;
  if (row.published === undefined) return next;
  for (const { period, published } of rows) {
    if (period !== row.period || published === undefined) continue;
    if (published > row.published && published < next) next = published;
  }
  return next - 1;
}

function readRows(indicator: string, text: string, columns: NonNullable<CsvIndicator['columns']>): Row[] {
  const lines = new CsvLineReader(',').read(text.replace(/^\ufeff/, ''), true);
  const header = lines[0]?.fields?.map((name) => name.trim()) ?? [];
  const position = (name: string, needed: boolean): number => {
    const found = header.indexOf(name);
    if (found < 0 && needed) {
      throw new ForecastError('invalid-option', `The CSV of "${indicator}" has no column "${name}"`, {
        path: [indicator, 'columns', name],
        hint: `It has: ${header.join(', ')}`,
      });
    }
    return found;
  };
  const date = position(columns.date ?? 'date', true);
  const value = position(columns.value ?? 'value', true);
  const published = position(columns.published ?? 'published', columns.published !== undefined);
  const rows: Row[] = [];
  for (const { line, fields } of lines.slice(1)) {
    if (fields?.length === 1 && fields[0]?.trim() === '') continue;
    const dayAt = (column: number): Day => {
      const day = tryParseDay(fields?.[column]?.trim() ?? '');
      if (day === undefined)
        throw wrongLine(indicator, line, header[column] ?? '', 'a day in the form YYYY-MM-DD');
      return day;
    };
    const number = readValue(fields?.[value] ?? 'missing');
    if (number === undefined) throw wrongLine(indicator, line, header[value] ?? '', 'a number');
    rows.push({
      period: dayAt(date),
      value: number,
      published: published < 0 ? undefined : dayAt(published),
    });
  }
  return rows;
}

/** Parses a value; NaN for the usual placeholders of statistics offices for no value. */
function readValue(text: string): number | undefined {
  const trimmed = text.trim();
  if (['', '.', 'NA', 'NaN'].includes(trimmed)) return Number.NaN;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

function wrongLine(indicator: string, line: number, column: string, expected: string): ForecastError {
  return new ForecastError('invalid-data', `The CSV of "${indicator}" has not ${expected} in line ${line}`, {
    path: [indicator, 'line', line, column],
  });
}
