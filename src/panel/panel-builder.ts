import { type Day, formatDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import { type Progress, runAtOnce } from '../long-call.js';
import { present } from '../present.js';
import { parseOptions } from '../schema.js';
import type { DataReport, FindingCollector } from './data-report.js';
import { fillGrid } from './fill-grid.js';
import type { RejectionReason } from './finding-kinds.js';
import type { Panel, PanelShape } from './panel.js';
import {
  PANEL_OPTIONS,
  type PanelOptions,
  panelOptionsSchema,
  type ResolvedPanelOptions,
} from './panel-options.js';
import { placeAttributes, type SeriesPlace } from './place-attributes.js';
import { firstPlausibleDay, lastPlausibleDay } from './plausible-days.js';
import { RecordChecker } from './record-checker.js';
import { RecordLog } from './record-log.js';
import { RowOrigins } from './row-origins.js';
import { type ColumnsRow, readRow, type SalesColumns } from './sales-columns.js';
import type { DailyRecord, SalesRecord } from './sales-record.js';
import { SeriesIndex, seriesId } from './series-index.js';

/** A panel and what happened to the data on the way to it. */
export interface BuiltPanel {
  readonly panel: Panel;
  readonly report: DataReport;
}

/**
 * Days below which a history is reported as short: less than two weeks show no weekday pattern.
 */
const SHORT_HISTORY = 14;

/** Rows between two turns of the event loop. */
const ROWS_PER_STEP = 262_144;

/**
 * Collects sales records in any order, in one batch or many, and makes a panel of all that it has seen. Series and
 * categories are sorted by code unit, so that the order of arrival does not matter.
 *
 * ```ts
 * import { PanelBuilder } from 'commerce-forecast';
 *
 * const builder = new PanelBuilder({ gaps: 'zero' });
 * builder.add({ date: '2024-03-01', productId: 'SKU-1', category: 'Toys', units: 3 });
 * builder.add({ date: '2024-03-03', productId: 'SKU-1', category: 'Toys', units: 1 });
 * const { panel, report } = builder.finish(); // panel.units: 3, 0, 1
 * ```
 */
export class PanelBuilder {
  private readonly options: ResolvedPanelOptions;
  private readonly log = new RecordLog();
  private readonly index = new SeriesIndex();
  private readonly checker: RecordChecker;
  /** Product and location by id of the series, where locations are kept apart. */
  private readonly places = new Map<string, SeriesPlace>();
  private earliest: Day = Number.POSITIVE_INFINITY;
  private latest: Day = Number.NEGATIVE_INFINITY;

  /** @throws ForecastError `invalid-option` with the path of the first wrong option. */
  constructor(
    options: PanelOptions = {},
    /** Places of the largest rows, for records that come from a storage. */
    private readonly origins: RowOrigins = new RowOrigins(),
    /** Rows to make room for: columns that grow are copied at once. */
    rows = 0,
  ) {
    this.options = parseOptions(panelOptionsSchema(), PANEL_OPTIONS, options);
    this.checker = new RecordChecker(this.options);
    this.log.reserve(rows);
  }

  /** Adds a record; returns false if it was rejected, which the report notes. */
  add(record: SalesRecord): boolean {
    const day = this.checker.check(record);
    return day !== undefined && this.addFromInput(day, record);
  }

  /** Adds a record whose day is a number, as storages keep it. */
  addDaily(record: DailyRecord): boolean {
    const day = this.checker.checkDaily(record);
    return day !== undefined && this.addFromInput(day, record);
  }

  /**
   * Adds a record from a storage, which was checked on its way in; the sums of a day may exceed the limits of a
   * single record.
   */
  addStored(record: DailyRecord): boolean {
    this.checker.rows++;
    return this.addChecked(record.day, record);
  }

  /** Adds rows of a storage as {@link addStored} does, without an object for each. */
  addColumns(columns: SalesColumns): void {
    const row = {} as ColumnsRow;
    let i = 0;
    for (const run of columns.runs) while (i < run.end) this.addStored(readRow(columns, run, i++, row));
  }

  /** Adds rows that a source has left out before they came here, so that the report accounts for them. */
  addRejections(rejections: FindingCollector): void {
    this.checker.addRejections(rejections);
  }

  /**
   * The panel of all records so far. More records may be added afterwards, for a larger panel.
   *
   * @throws ForecastError `empty-data` if no record was accepted, `limit-exceeded` if the panel would have more cells
   * than the options allow.
   */
  finish(): BuiltPanel {
    return runAtOnce(this.finishSteps());
  }

  /** The same as {@link finish}, as a generator that reports progress between pieces of work. */
  *finishSteps(): Generator<Progress, BuiltPanel, void> {
    const findings = this.checker.rejections.copy();
    const { shape, positionOf } = yield* this.layOut(findings);
    if (shape.days < SHORT_HISTORY) noteShortHistory(shape, findings);
    const { panel, totalUnits } = yield* fillGrid(
      this.log,
      shape,
      positionOf,
      this.options,
      findings,
      this.origins,
    );
    const accepted = yield* this.noteSeries(positionOf, shape, findings);
    return { panel, report: this.report(panel, accepted, totalUnits, findings) };
  }

  private addFromInput(day: Day, record: SalesRecord | DailyRecord): boolean {
    if (!this.addChecked(day, record)) return false;
    this.origins.note(seriesId(record, this.options.byLocation), day, record, this.checker.rows);
    return true;
  }

  private addChecked(day: Day, record: SalesRecord | DailyRecord): boolean {
    const { startDay, lastDay, today, negativeUnits, byLocation } = this.options;
    if (record.units < 0 && negativeUnits === 'reject') {
      return this.reject('negative-units', 'units', record.units);
    }
    if (startDay !== undefined && day < startDay) {
      return this.reject('before-start-day', 'date', formatDay(day));
    }
    if (today !== undefined && day > today) return this.reject('future-day', 'date', formatDay(day));
    if (lastDay !== undefined && day > lastDay) return this.reject('after-last-day', 'date', formatDay(day));
    if (day === today && lastDay === undefined) return this.reject('unfinished-day', 'date', formatDay(day));
    const id = byLocation ? this.notePlace(record) : record.productId;
    this.log.append(this.index.note(id, day, record.category), day, record);
    if (day < this.earliest) this.earliest = day;
    if (day > this.latest) this.latest = day;
    return true;
  }

  /** The id of a series of one product at one location. */
  private notePlace({ productId, location }: SalesRecord | DailyRecord): string {
    const id = seriesId({ productId, location }, true);
    if (!this.places.has(id)) this.places.set(id, { productId, ...(location && { location }) });
    return id;
  }

  private reject(reason: RejectionReason, column: string, value: unknown): false {
    this.checker.reject(reason, column, value);
    return false;
  }

  /** Decides on the days and the series of the panel. */
  private *layOut(
    findings: FindingCollector,
  ): Generator<Progress, { shape: PanelShape; positionOf: Int32Array }, void> {
    const { index, options } = this;
    const startDay = yield* this.startDay();
    const lastDay = yield* this.lastDay(startDay);
    const { rowsLeftOut, firstDay } = this.rejectFar(startDay, lastDay, findings);
    const kept: number[] = [];
    for (let s = 0; s < index.size; s++) {
      const days = lastDay - firstDay[s] + 1;
      if (days <= 0) continue;
      if (days >= options.minDays) kept.push(s);
      else {
        findings.add(
          'short-series',
          () => ({ path: ['series', index.ids[s]], message: `${days} of ${options.minDays} days` }),
          0,
          index.rows[s] - rowsLeftOut[s],
        );
      }
    }
    if (kept.length === 0) throw this.emptyDataError(findings);
    const days = lastDay - startDay + 1;
    this.assertSize(kept.length, days);
    kept.sort((a, b) => (index.ids[a] < index.ids[b] ? -1 : 1));
    const positionOf = new Int32Array(index.size).fill(-1);
    kept.forEach((series, position) => {
      positionOf[series] = position;
    });
    const names = kept.map((series) => index.category(series) ?? options.uncategorized);
    const categories = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
    const categoryNumber = new Map(categories.map((name, number) => [name, number]));
    const shape: PanelShape = {
      startDay,
      days,
      seriesCount: kept.length,
      ids: kept.map((series) => index.ids[series]),
      categories,
      categoryOf: Int32Array.from(names, (name) => present(categoryNumber.get(name), 'category')),
      firstDay: Int32Array.from(kept, (series) => firstDay[series] - startDay),
      ...(options.byLocation && {
        attributes: placeAttributes(
          kept.map((series) => present(this.places.get(index.ids[series]), 'place of the series')),
        ),
      }),
    };
    return { shape, positionOf };
  }

  private *startDay(): Generator<Progress, Day, void> {
    const { startDay } = this.options;
    if (startDay !== undefined || this.log.length === 0) return startDay ?? this.earliest;
    return yield* firstPlausibleDay(this.log.day.subarray(0, this.log.length), this.earliest, this.latest);
  }

  private *lastDay(startDay: Day): Generator<Progress, Day, void> {
    const { lastDay, today } = this.options;
    if (lastDay !== undefined) return lastDay;
    if (today !== undefined || this.log.length === 0) return this.latest;
    return yield* lastPlausibleDay(this.log.day.subarray(0, this.log.length), startDay, this.latest);
  }

  /**
   * Leaves out the rows far from all others, known once every row has come; counts them by series, and finds the first
   * day of each series among the others.
   */
  private rejectFar(startDay: Day, lastDay: Day, findings: FindingCollector) {
    const { log, index } = this;
    const rowsLeftOut = new Int32Array(index.size);
    if (this.earliest >= startDay && this.latest <= lastDay) return { rowsLeftOut, firstDay: index.firstDay };
    const firstDay = new Array<Day>(index.size).fill(Number.POSITIVE_INFINITY);
    for (let row = 0; row < log.length; row++) {
      const day = log.day[row];
      const series = log.series[row];
      if (day >= startDay && day <= lastDay) {
        firstDay[series] = Math.min(firstDay[series], day);
        continue;
      }
      rowsLeftOut[series]++;
      const path = ['series', index.ids[series], formatDay(day)];
      const nearest =
        day > lastDay
          ? `the last day before is ${formatDay(lastDay)}`
          : `the first day after is ${formatDay(startDay)}`;
      findings.add('far-day', () => ({ path, message: nearest }));
    }
    return { rowsLeftOut, firstDay };
  }

  private assertSize(series: number, days: number): void {
    if (series * days <= this.options.maxCells) return;
    throw new ForecastError(
      'limit-exceeded',
      `${series} series over ${days} days (${formatDay(this.earliest)} to ${formatDay(this.latest)}) are more than ${this.options.maxCells} cells`,
      { path: ['maxCells'], hint: 'Look for a mistyped date, or raise maxCells' },
    );
  }

  private emptyDataError(findings: FindingCollector): ForecastError {
    if (this.checker.rows === 0) {
      return new ForecastError('empty-data', 'There are no sales records', {
        hint: 'The report of ingest() says which records it accepted.',
      });
    }
    const reasons = Object.entries(findings.rejectedBy()).map(([reason, count]) => `${count} ${reason}`);
    const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
    const example = findings.findings()[0]?.examples[0];
    return new ForecastError('empty-data', `None of ${this.checker.rows} rows was accepted${why}`, {
      path: example?.path ?? [],
      hint: example ? `The first: ${example.path.join(' ')}: ${example.message}` : undefined,
    });
  }

  /** Reports what is peculiar about whole series; returns the sum of the accepted units. */
  private *noteSeries(
    positionOf: Int32Array,
    shape: PanelShape,
    findings: FindingCollector,
  ): Generator<Progress, number, void> {
    const { index, log } = this;
    let accepted = 0;
    const sold = new Uint8Array(index.size);
    for (let row = 0; row < log.length; row++) {
      if (row % ROWS_PER_STEP === 0) yield { phase: 'note series', done: row, total: log.length };
      const day = log.day[row] - shape.startDay;
      if (positionOf[log.series[row]] < 0 || day < 0 || day >= shape.days) continue;
      accepted += log.units[row];
      if (log.units[row] > 0) sold[log.series[row]] = 1;
    }
    for (let s = 0; s < index.size; s++) {
      if (positionOf[s] < 0) continue;
      const path = ['series', index.ids[s]];
      const category = index.category(s);
      const former = index.formerCategory.get(s);
      if (!sold[s]) findings.add('never-sold', () => ({ path, message: `${index.rows[s]} rows` }));
      if (category === undefined) {
        findings.add('uncategorized', () => ({ path, message: `put under "${this.options.uncategorized}"` }));
      } else if (former !== undefined) {
        const message = `"${category}", elsewhere "${index.categories[former]}"`;
        findings.add('category-changed', () => ({ path, message }));
      }
    }
    return accepted;
  }

  private report(
    panel: Panel,
    acceptedUnits: number,
    panelUnits: number,
    findings: FindingCollector,
  ): DataReport {
    const rejected = findings.rejectedRows();
    return {
      rows: this.checker.rows,
      accepted: this.checker.rows - rejected,
      rejected,
      rejectedBy: findings.rejectedBy(),
      units: {
        accepted: acceptedUnits,
        floored: findings.amount('negative-day'),
        spread: findings.amount('cadence'),
        blanked: findings.amount('out-of-stock'),
        bounded: findings.amount('giant-order'),
        winsorised: findings.amount('outlier'),
        panel: panelUnits,
      },
      series: panel.seriesCount,
      categories: panel.categories.length,
      firstDay: formatDay(panel.startDay),
      lastDay: formatDay(panel.startDay + panel.days - 1),
      findings: findings.findings(),
    };
  }
}

function noteShortHistory({ startDay, days }: PanelShape, findings: FindingCollector): void {
  const example = { path: ['day', formatDay(startDay)], message: 'the first day' };
  findings.add('short-history', () => example, 0, days);
}
