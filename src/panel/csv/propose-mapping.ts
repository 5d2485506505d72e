import type { ColumnEvidence } from './column-evidence.js';
import type { CsvColumn, CsvColumns } from './csv-columns.js';
import { DATE_ORDERS } from './csv-dates.js';
import { TRUE_WORDS } from './csv-flags.js';
import type { Decimal } from './csv-numbers.js';
import type { SalesCsvMapping } from './csv-options.js';
import { answerTo, type CsvAnswers, type CsvQuestion, ONE_PER_LINE } from './csv-questions.js';
import type { CsvWhere } from './csv-where.js';
import { plainText } from './csv-words.js';
import { examineDates, orderName } from './date-questions.js';
import { examineDecimals } from './decimal-questions.js';
import { profilePosition } from './export-profile.js';
import { type FoundTitles, findTitles } from './find-titles.js';
import type { InspectionSample } from './inspection-sample.js';
import type { ExportProfile } from './profiles/profile.js';
import { type Proposed, type ProposedColumns, proposeColumns } from './propose-columns.js';

/** Parts of the mapping that the caller knows already. */
export interface KnownMapping {
  readonly columns?: CsvColumns;
  readonly decimal?: Decimal;
  readonly dateFormat?: string;
  readonly timeZone?: string;
  readonly where?: readonly CsvWhere[];
  readonly order?: string | number;
  readonly lineId?: string | number;
  readonly answers?: CsvAnswers;
}

export interface ProposedMapping {
  readonly mapping: SalesCsvMapping & { readonly decimal: Decimal };
  readonly questions: readonly CsvQuestion[];
}

/** The mapping of a table, and what it leaves open. */
export function proposeMapping(
  sample: InspectionSample,
  profile: ExportProfile | undefined,
  preamble: readonly string[],
  known: KnownMapping,
): ProposedMapping {
  return new Proposal(sample, profile, preamble, known).make();
}

type Slot = keyof CsvColumns;

/** Certainty below which a column is asked about. */
const SURE = 0.6;
const TAKEN_OFF =
  /^(?:(?:qty|quantity|units|items)(?:refunded|returned|canceled|cancelled)|(?:refunded|returned|canceled|cancelled)(?:qty|quantity|units|items))$/;

class Proposal {
  private readonly questions: CsvQuestion[] = [];
  private readonly proposed: ProposedColumns;
  private titles: FoundTitles | undefined;
  private readonly columns: Partial<Record<Slot, CsvColumn<never>>> = {};

  constructor(
    private readonly sample: InspectionSample,
    private readonly profile: ExportProfile | undefined,
    private readonly preamble: readonly string[],
    private readonly known: KnownMapping,
  ) {
    this.proposed = proposeColumns(sample, profile);
  }

  make(): ProposedMapping {
    const { proposed, known, sample } = this;
    const titles = findTitles(sample, proposed);
    this.titles = titles;
    if (titles?.to !== 'date') this.place('date', proposed.date, false);
    this.placeProduct(titles?.to === 'productId');
    this.placeUnits();
    for (const slot of ['category', 'revenue', 'price', 'promo', 'inStock', 'location'] as const) {
      this.place(slot, proposed[slot], true);
    }
    Object.assign(this.columns, known.columns);
    const dates = this.examineDates();
    const decimal = this.placeDecimals();
    const where = known.where ?? this.where();
    const fillDown = this.fillDown();
    const mapping: ProposedMapping['mapping'] = {
      ...(this.profile ? { profile: this.profile.id } : {}),
      columns: this.columns as CsvColumns,
      decimal,
      ...dates,
      ...(where.length > 0 ? { where } : {}),
      ...(titles ? { carry: { column: this.reference(titles.column), to: titles.to } } : {}),
      ...(fillDown.length > 0 ? { fillDown } : {}),
      ...this.numbersOfLines(),
    };
    return { mapping, questions: this.questions };
  }

  private place(slot: Slot, found: Proposed | undefined, optional: boolean): void {
    if (this.known.columns?.[slot] !== undefined) return;
    const answer = answerTo(this.known.answers, 'missing-column', slot);
    if (answer !== undefined) {
      this.columns[slot] = { column: answer, confidence: 1 };
    } else if (found) {
      this.columns[slot] = { column: this.reference(found.column), confidence: found.confidence };
      if (found.confidence < SURE) this.ask(slot, String(this.reference(found.column)));
    } else if (!optional) this.ask(slot);
  }

  private placeProduct(carried: boolean): void {
    const { sku, name, variant } = this.proposed;
    this.place('productId', sku ?? name, carried);
    if (
      this.known.columns?.productId !== undefined ||
      answerTo(this.known.answers, 'missing-column', 'productId')
    )
      return;
    const found = [sku, name].filter((one) => one !== undefined);
    if (found.length === 0) return;
    const column = found.map((one) => this.reference(one.column));
    const confidence = Math.min(...found.map((one) => one.confidence));
    const needsVariant = variant && name !== undefined && variant.column !== name.column;
    this.columns.productId = {
      column: column.length === 1 ? column[0] : column,
      ...(needsVariant ? { variant: this.reference(variant.column) } : {}),
      confidence,
    };
  }

  private placeUnits(): void {
    const { units } = this.proposed;
    const answered = answerTo(this.known.answers, 'missing-column', 'units') === ONE_PER_LINE;
    if (answered || (this.profile?.columns.units === 1 && this.known.columns?.units === undefined)) {
      this.columns.units = { constant: 1, confidence: answered ? 1 : 0.8 };
      return;
    }
    this.place('units', units, false);
    const named = (this.profile?.columns.unitsMinus ?? []).map((name) =>
      profilePosition(name, this.sample.header),
    );
    const recognised = this.sample.columns
      .filter(({ title, holdsNumbers }) => holdsNumbers && TAKEN_OFF.test(plainText(title)))
      .map(({ position }) => position);
    const positions = (this.profile ? named : recognised).filter((at) => at >= 0);
    const minus = this.references(positions);
    const spec = this.columns.units;
    if (minus.length === 0 || typeof spec !== 'object') return;
    this.columns.units = { ...spec, minus };
  }

  private ask(slot: Slot, assumed?: string): void {
    const fits: (column: ColumnEvidence) => boolean = (column) =>
      slot === 'date'
        ? column.holdsDates
        : slot === 'units'
          ? column.holdsNumbers
          : column.filled > 0 && !column.holdsDates;
    const wanted = { date: 'the day of the sale', productId: 'the product', units: 'the units sold' }[
      slot as string
    ];
    const choices = this.sample.columns.filter(fits).map(({ title, position }) => {
      const value = title === '' ? String(position) : title;
      return { value, label: value };
    });
    const lists = slot === 'productId' ? this.sample.columns.filter(({ holdsLists }) => holdsLists) : [];
    const several = lists.map(
      ({ title }) => ` Cells of "${title}" hold several products: export a line for each item of an order.`,
    );
    if (slot === 'units') choices.push({ value: ONE_PER_LINE, label: 'every line is one unit' });
    this.questions.push({
      code: 'missing-column',
      id: `missing-column:${slot}`,
      column: slot,
      message: `Which column holds ${wanted}? No column name settles it; the file has: ${this.sample.header.join(', ')}.${several.join('')}`,
      choices,
      ...(assumed === undefined ? {} : { assumed }),
    });
  }

  private examineDates(): Pick<SalesCsvMapping, 'dateFormat' | 'timeZone' | 'datesInUtc'> {
    const { known, sample, preamble, profile } = this;
    const column = this.titles?.to === 'date' ? this.titles.evidence : this.evidenceOf('date');
    if (!column) return { dateFormat: known.dateFormat, timeZone: known.timeZone };
    const others = sample.columns.filter((other) => other !== column && other.holdsDates);
    const always = profile?.dateFormat === undefined ? undefined : DATE_ORDERS[profile.dateFormat];
    const found = examineDates(column, others, preamble, always);
    const { answers } = known;
    const dateFormat =
      known.dateFormat ?? answerTo(answers, 'date-order') ?? (found.order && orderName(found.order));
    const timeZone = known.timeZone ?? answerTo(answers, 'time-zone') ?? found.timeZone;
    for (const question of found.questions) {
      const settled = question.code === 'date-order' ? dateFormat : timeZone;
      if (settled === undefined) this.questions.push(question);
    }
    return {
      ...(dateFormat === undefined ? {} : { dateFormat }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(found.datesInUtc ? { datesInUtc: true } : {}),
    };
  }

  private placeDecimals(): Decimal {
    const { known, sample } = this;
    const used = (['units', 'revenue', 'price'] as const).flatMap((slot) => {
      const evidence = this.evidenceOf(slot);
      return evidence ? [{ slot, evidence }] : [];
    });
    const { decimal, byColumn, questions } = examineDecimals(
      used.map(({ evidence }) => evidence),
      sample.columns,
      known.decimal,
      known.answers,
    );
    for (const { slot, evidence } of used) {
      const own = byColumn.get(evidence.position);
      const spec = this.columns[slot];
      if (own !== undefined && typeof spec === 'object') this.columns[slot] = { ...spec, decimal: own };
    }
    this.questions.push(...questions);
    return decimal;
  }

  /** The evidence of the column that a slot is mapped to. */
  private evidenceOf(slot: Slot): ColumnEvidence | undefined {
    const column = this.columns[slot] as CsvColumn<unknown> | undefined;
    if (column === undefined || typeof column === 'function') return undefined;
    const reference = typeof column === 'object' ? column.column : column;
    const first = Array.isArray(reference) ? reference[0] : reference;
    return this.sample.columns.find(({ title, position }) => title === first || position === first);
  }

  private where(): readonly CsvWhere[] {
    const { order, type, status, voided } = this.proposed;
    const orderColumn = order && this.reference(order.column);
    if (!this.profile) {
      const rules: CsvWhere[] = [];
      if (type) rules.push({ column: this.reference(type.column), words: 'type' });
      if (status) {
        const sameOrder =
          status.column.blank > 0 && orderColumn !== undefined ? { sameOrder: orderColumn } : {};
        rules.push({ column: this.reference(status.column), words: 'status', ...sameOrder });
      }
      if (voided) rules.push({ column: this.reference(voided.column), drop: TRUE_WORDS });
      return rules;
    }
    return (this.profile.where ?? []).flatMap(({ column, ofOrder, ...rule }) => {
      const found = this.sample.columns[profilePosition(column, this.sample.header)];
      if (!found) return [];
      const sameOrder = ofOrder && orderColumn !== undefined ? { sameOrder: orderColumn } : {};
      return [{ ...rule, column: this.reference(found), ...sameOrder }];
    });
  }

  /** The columns of order numbers and line ids, unless another role has taken them. */
  private numbersOfLines(): Pick<SalesCsvMapping, 'order' | 'lineId'> {
    const { order, line, ...others } = this.proposed;
    const { known } = this;
    const taken = new Set(Object.values(others).map((found) => found?.column));
    const isNumber = (found: Proposed | undefined): found is Proposed =>
      found !== undefined && found.column.filled > 0 && !taken.has(found.column);
    const orderColumn = known.order ?? (isNumber(order) ? this.reference(order.column) : undefined);
    const lineColumn = known.lineId ?? (isNumber(line) ? this.reference(line.column) : undefined);
    return {
      ...(orderColumn === undefined ? {} : { order: orderColumn }),
      ...(lineColumn === undefined ? {} : { lineId: lineColumn }),
    };
  }

  private fillDown(): readonly (string | number)[] {
    const names = this.profile?.fillDown ?? [];
    const positions = names.map((name) => profilePosition(name, this.sample.header)).filter((at) => at >= 0);
    if (!this.profile) positions.push(...this.blankWithOrder());
    return this.references(positions);
  }

  /** Dates and orders that are blank in the same lines are given only in the first line of an order. */
  private blankWithOrder(): readonly number[] {
    const { date, order } = this.proposed;
    if (!date || !order || date.column.blank === 0 || date.column.blank !== order.column.blank) return [];
    return [date.column.position, order.column.position];
  }

  /** The columns at positions, each once. */
  private references(positions: readonly number[]): (string | number)[] {
    return [...new Set(positions)].flatMap((at) => {
      const column = this.sample.columns[at];
      return column ? [this.reference(column)] : [];
    });
  }

  /** A column by its name where that is unique, otherwise by its position. */
  private reference({ title, position }: ColumnEvidence): string | number {
    return title !== '' && this.sample.header.indexOf(title) === position ? title : position;
  }
}
