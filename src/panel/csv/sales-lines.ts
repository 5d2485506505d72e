import type { DateReader } from '../../calendar/date-reader.js';
import type { ErrorPath } from '../../errors.js';
import type { FindingCollector } from '../data-report.js';
import { describeValue } from '../describe-value.js';
import type { FindingCode } from '../finding-kinds.js';
import type { DailyRecord, RecordColumn } from '../sales-record.js';
import type { CsvColumns, CsvRow } from './csv-columns.js';
import type { CsvHeader } from './csv-header.js';
import { type CsvLine, fieldAt } from './csv-lines.js';
import type { Decimal } from './csv-numbers.js';
import { isBlankLine } from './csv-table.js';
import { type CsvWhere, LineJudge } from './csv-where.js';
import { CurrencyWatch } from './currencies.js';
import { GroupTitles } from './group-titles.js';
import { isTotalWord, type LineKind, totalledName } from './line-kinds.js';
import { RecordMaker, type WrongValue } from './record-maker.js';
import { RepeatedLines, type RepeatedLinesOptions } from './repeated-lines.js';

/** Titles between the lines, and the column of a record that they fill. */
export interface CsvCarry {
  /** Column of the titles. */
  readonly column: string | number;
  readonly to: 'productId' | 'date' | 'category';
}

/** Options for reading the lines below a header. */
export interface SalesLineOptions extends RepeatedLinesOptions {
  readonly columns: CsvColumns;
  readonly decimal: Decimal;
  readonly readDate: DateReader;
  readonly where: readonly CsvWhere[];
  readonly carry?: CsvCarry;
  readonly fillDown: readonly (string | number)[];
  readonly filter?: (row: CsvRow) => boolean;
  /** Name of the file, where several are read; the paths of findings begin with it. */
  readonly file?: string;
}

/** Reads the lines below a header one after the other, and reports those that are left out or changed. */
export class SalesLines {
  private readonly maker: RecordMaker;
  private readonly judges: readonly LineJudge[];
  private readonly fillDown: readonly number[];
  private readonly above: string[] = [];
  private readonly titles = new GroupTitles();
  private readonly titleColumn: number;
  private readonly totals = new Map<string, boolean>();
  private readonly repeated: RepeatedLines;
  private readonly currencies: CurrencyWatch;
  private lineNumber = 0;

  /** @throws ForecastError `invalid-option` if the header lacks a required column. */
  constructor(
    private readonly header: CsvHeader,
    private readonly options: SalesLineOptions,
    private readonly findings: FindingCollector,
  ) {
    const { columns, decimal, readDate, carry } = options;
    this.maker = new RecordMaker(header, {
      columns,
      decimal,
      readDate,
      carried: new Map<RecordColumn, () => string>(carry ? [[carry.to, () => this.titles.title]] : []),
      file: options.file,
      onIgnored: ({ wrong, value }) => this.note('ignored-value', [wrong], describeValue(value)),
      onCollision: (id) => this.note('name-is-code', ['productId'], describeValue(id)),
    });
    const position = (column: string | number, option: string) => header.position(column, option);
    this.judges = options.where.map(
      (rule) =>
        new LineJudge(
          rule,
          position(rule.column, 'where'),
          rule.sameOrder === undefined ? undefined : position(rule.sameOrder, 'where'),
        ),
    );
    this.fillDown = options.fillDown.map((column) => position(column, 'fillDown'));
    this.repeated = new RepeatedLines(header, options);
    this.currencies = new CurrencyWatch(header, this.maker.moneyPositions());
    this.titleColumn = carry ? position(carry.column, 'carry') : -1;
    for (const name of header.repeated) {
      findings.add('duplicate-column', () => ({
        path: [...pathOf(options.file), 'header', name],
        message: 'the first of the columns is read',
      }));
    }
  }

  /** The record of a line; `undefined` if it has none, which is reported. */
  read(line: CsvLine): DailyRecord | undefined {
    const { fields } = line;
    this.lineNumber = line.line;
    if (!fields)
      return this.refuse('malformed-line', [], `a quote does not close: ${describeValue(line.text)}`);
    if (fields.length === 1 && fieldAt(fields, 0).trim() === '') return undefined;
    if (!this.fits(fields)) return this.readMisfit(fields);
    if (fields[0] === this.header.names[0] && this.header.isRepeatedIn(fields)) {
      this.repeated.beginPart();
      return this.refuse('title-or-total', [], 'a repeated header');
    }
    const { filter } = this.options;
    if (filter && !filter(this.header.row(fields))) {
      return isBlankLine(fields) ? undefined : this.refuse('filtered', [], 'refused by the filter');
    }
    return this.readFields(this.fillDown.length > 0 ? this.filled(fields) : fields);
  }

  private readFields(fields: readonly string[]): DailyRecord | undefined {
    if (this.titleColumn >= 0) {
      const carried = this.readInGroup(fields);
      if (!carried) return undefined;
      fields = carried;
    }
    const kind = this.kindOf(fields);
    if (kind === 'none') return this.noteNoSale(fields);
    const verdict = this.maker.make(fields, this.lineNumber);
    if ('wrong' in verdict) return this.rejectFields(fields, verdict);
    const record = this.titleColumn >= 0 ? this.withOuterTitle(verdict) : verdict;
    if (this.isTotal(record.productId)) {
      return this.refuse('title-or-total', [], describeValue(record.productId));
    }
    this.checkCurrency(fields);
    return this.once(kind === 'return' ? this.returned(record) : this.checkSigns(record), fields);
  }

  /** Spreadsheets write empty fields after the last column; any other line of a different length is damaged. */
  private fits(fields: readonly string[]): boolean {
    const { width } = this.header;
    if (fields.length === width) return true;
    return fields.length > width && fields.slice(width).every((field) => field === '');
  }

  /** Titles, totals and footers are often shorter than the table. */
  private readMisfit(fields: readonly string[]): undefined {
    const filled = fields.filter((field) => field.trim() !== '');
    const [first] = filled;
    if (first === undefined) return undefined;
    const isData = this.options.readDate(first.trim()) !== undefined;
    if (this.titleColumn >= 0 && filled.length === 1 && totalledName(first) === undefined) {
      this.titles.begin(first.trim());
      return undefined;
    }
    if (
      totalledName(first) !== undefined ||
      (!isData && filled.length <= 2 && fields.length < this.header.width && this.header.width > 3)
    ) {
      this.titles.close(first);
      return this.refuse('title-or-total', [], describeValue(first));
    }
    return this.refuse(
      'malformed-line',
      [],
      `${fields.length} fields where the header has ${this.header.width}`,
    );
  }

  private filled(fields: readonly string[]): readonly string[] {
    const rest = fields.filter((field, i) => field.trim() !== '' && !this.fillDown.includes(i));
    const label = fields.find((field) => field.trim() !== '');
    if (rest.length === 0 || (label !== undefined && totalledName(label) !== undefined)) return fields;
    const copy = [...fields];
    for (const [i, at] of this.fillDown.entries()) {
      const own = fieldAt(fields, at);
      if (own.trim() === '') copy[at] = this.above[i] ?? '';
      else this.above[i] = own;
    }
    return copy;
  }

  /** The fields of a line of a group; `undefined` for its title and its total, which are reported. */
  private readInGroup(fields: readonly string[]): readonly string[] | undefined {
    const own = fieldAt(fields, this.titleColumn).trim();
    if (own === '') return fields;
    const alone = fields.every((field, i) => i === this.titleColumn || field.trim() === '');
    if (totalledName(own) !== undefined) {
      this.titles.close(own);
      return this.refuse('title-or-total', [], describeValue(own));
    }
    if (alone && (this.options.carry?.to !== 'date' || this.options.readDate(own) !== undefined)) {
      this.titles.begin(own);
      return undefined;
    }
    return fields;
  }

  /** Takes the title around that of the product as its category, if no column gives one. */
  private withOuterTitle(record: DailyRecord): DailyRecord {
    const { outer } = this.titles;
    if (this.options.carry?.to !== 'productId' || record.category || outer === undefined) return record;
    return { ...record, category: outer };
  }

  /** The record, unless its line was counted before. */
  private once(record: DailyRecord, fields: readonly string[]): DailyRecord | undefined {
    const { repeated } = this;
    if (repeated.isRepeated(record, fields)) {
      return this.refuse('repeated-line', [], describeValue(repeated.numberIn(fields) || record.productId));
    }
    if (repeated.isOnEarlierDay(record)) this.note('overlap', [], describeValue(record.productId));
    return record;
  }

  /** Notes an order that was cancelled since, so that it does not count in an earlier export either. */
  private noteNoSale(fields: readonly string[]): undefined {
    if (this.repeated.numberIn(fields) === '') return undefined;
    const verdict = this.maker.make(fields, this.lineNumber);
    if (!('wrong' in verdict)) this.repeated.isRepeated(verdict, fields);
    return undefined;
  }

  private kindOf(fields: readonly string[]): LineKind {
    let kind: LineKind = 'sale';
    // All judges read the line first: its status may apply to the lines below, even if by its type it is not a
    // sale.
    const values = this.judges.map((judge) => judge.valueOf(fields));
    for (const [i, judge] of this.judges.entries()) {
      const value = values[i] ?? '';
      const verdict = judge.kindOf(value);
      if (verdict === undefined) this.note('unknown-type', [], describeValue(value));
      if (verdict === 'none') {
        if (!isBlankLine(fields)) this.refuse('no-sale', [], describeValue(value));
        return 'none';
      }
      if (verdict === 'return') kind = 'return';
    }
    return kind;
  }

  private rejectFields(fields: readonly string[], { wrong, value }: WrongValue): undefined {
    if (isBlankLine(fields)) return undefined;
    const filled = fields.filter((field) => field.trim() !== '');
    const [label = ''] = filled;
    const noDate = wrong === 'date' && String(value ?? '').trim() === '';
    const noProduct = String(this.maker.value('productId', fields) ?? '').trim() === '';
    const isFooter = wrong === 'date' && filled.length <= 2 && fields.length > 3;
    if (totalledName(label) !== undefined || (noDate && noProduct) || isFooter) {
      return this.refuse('title-or-total', [], describeValue(label));
    }
    return this.refuse(`invalid-${wrong}`, [wrong], describeValue(value));
  }

  private returned(record: DailyRecord): DailyRecord {
    this.note('return-line', [], describeValue(record.productId));
    const { units, revenue, price } = record;
    return {
      ...record,
      units: -Math.abs(units),
      revenue: revenue == null ? revenue : -Math.abs(revenue),
      price: price == null ? price : Math.abs(price),
    };
  }

  private checkCurrency(fields: readonly string[]): void {
    const other = this.currencies.otherCurrency(fields);
    if (other) this.note('mixed-currencies', [], `${other.currency} after ${other.first}`);
  }

  private checkSigns(record: DailyRecord): DailyRecord {
    const { units, revenue } = record;
    if (revenue != null && units * revenue < 0) {
      this.note('opposite-signs', [], `${units} units for ${revenue}`);
    }
    return record;
  }

  /** Cached, as ids repeat. Most end in a digit, which no word for a total does. */
  private isTotal(id: string): boolean {
    const last = id.charCodeAt(id.length - 1);
    if (id.length >= 24 || (last >= 48 && last <= 57)) return false;
    let known = this.totals.get(id);
    if (known === undefined) {
      known = isTotalWord(id);
      if (this.totals.size < 10_000) this.totals.set(id, known);
    }
    return known;
  }

  private note(code: FindingCode, path: readonly string[], message: string): void {
    this.findings.add(code, () => ({
      path: [...pathOf(this.options.file), 'line', this.lineNumber, ...path],
      message,
    }));
  }

  private refuse(code: FindingCode, path: readonly string[], message: string): undefined {
    this.note(code, path, message);
    return undefined;
  }
}

/** Begins the path of a finding in one of several files. */
export function pathOf(file: string | undefined): ErrorPath {
  return file === undefined ? [] : ['file', file];
}
