import type { ColumnEvidence } from './column-evidence.js';
import { readFlag } from './csv-flags.js';
import { type ColumnRole, rolesOf } from './csv-words.js';
import { profilePosition } from './export-profile.js';
import type { InspectionSample } from './inspection-sample.js';
import { kindOfWord } from './line-kinds.js';
import type { ExportProfile, ProfileColumn } from './profiles/profile.js';

/** The column proposed for a role, and the certainty from 0 to 1. */
export interface Proposed {
  readonly column: ColumnEvidence;
  readonly confidence: number;
}

export type ProposedColumns = Partial<Record<ColumnRole, Proposed>>;

const BY_PROFILE = 0.98;
const BY_NAME = 0.9;
const BY_CONTENT = 0.5;
/** Words in names of columns of whole numbers that are amounts of money or stocks, not sales. */
const NOT_UNITS =
  /amount|total|price|cost|paid|tax|discount|shipping|refund|fee|balance|stock|on.?hand|inventory|betrag|preis|bestand|lager|montant|prix|importe|precio|importo|prezzo|bedrag|prijs|voorraad|year|jahr|phone|zip|postal/i;
/** Share of values that must fit a column with a known name: the others are errors, reported line by line. */
const NAMED_SHARE = 1 / 3;

/** Proposes a column for each role: by the known export, by names, and failing these by content. */
export function proposeColumns(
  sample: InspectionSample,
  profile: ExportProfile | undefined,
): ProposedColumns {
  const proposed: ProposedColumns = profile ? byProfile(sample, profile) : byNames(sample);
  if (!profile) addByContent(sample, proposed);
  const { units, revenue } = proposed;
  if (units && revenue?.column === units.column) {
    // `Sales` may be units or money: whole numbers are taken for units, and asked about.
    proposed.units = { ...units, confidence: BY_CONTENT };
    delete proposed.revenue;
  }
  return proposed;
}

function byProfile(sample: InspectionSample, { columns }: ExportProfile): ProposedColumns {
  const { unitsMinus: _, ...roles } = columns;
  const proposed: ProposedColumns = {};
  for (const [role, names] of Object.entries(roles) as [ColumnRole, ProfileColumn | 1][]) {
    const column = sample.columns[names === 1 ? -1 : profilePosition(names, sample.header)];
    if (column) proposed[role] = { column, confidence: BY_PROFILE };
  }
  return proposed;
}

function byNames(sample: InspectionSample): ProposedColumns {
  const proposed: ProposedColumns = {};
  const ranks: Partial<Record<ColumnRole, number>> = {};
  for (const column of sample.columns) {
    if (column.title === '') continue;
    for (const { role, rank } of rolesOf(column.title)) {
      if (rank >= (ranks[role] ?? Number.POSITIVE_INFINITY) || !canHold(column, role)) continue;
      ranks[role] = rank;
      proposed[role] = { column, confidence: BY_NAME };
    }
  }
  return proposed;
}

/** Tells whether the content of a column fits its name. */
function canHold(column: ColumnEvidence, role: ColumnRole): boolean {
  const { numbers, filled } = column;
  switch (role) {
    case 'date':
      return column.dates.dates >= NAMED_SHARE * filled;
    case 'units':
      // `Sales` with two decimals or a currency is money.
      return numbers.numbers >= NAMED_SHARE * filled && !isMoney(column);
    case 'price':
    case 'revenue':
      return column.holdsNumbers;
    case 'type':
    case 'status':
      return !column.manyValues && tellsKinds(column, role);
    case 'voided':
      return filled > 0 && [...column.values.keys()].every((value) => typeof readFlag(value) === 'boolean');
    case 'name':
      return !column.holdsDates && !column.holdsLists && (numbers.money === 0 || numbers.others > 0);
    case 'line':
      return isUnique(column);
    case 'category':
    case 'sku':
      return filled > 0;
    default:
      return true;
  }
}

/** Tells whether values are unique but for repeated lines; numbers that restart in each order are not. */
function isUnique({ values }: ColumnEvidence): boolean {
  const counts = [...values.values()];
  return counts.length > 0 && counts.every((count) => count <= 2);
}

function isMoney({ title, numbers }: ColumnEvidence): boolean {
  const couldBeMoney = /^(sales|sold|ventas|vendite|ventes|verkauf|verkoop|verkopen)$/i.test(title.trim());
  return couldBeMoney && (numbers.fractions > 0 || numbers.largest > 1000);
}

/**
 * Tells whether the words of a column are types or states. One cancelled order is reason enough to use a column
 * of states, as unknown words count as sales and are reported; types may also be those of products.
 */
function tellsKinds(column: ColumnEvidence, of: 'type' | 'status'): boolean {
  const share = knownShare(column, of);
  if (share >= 0.8) return true;
  const kinds = [...column.values.keys()].map((value) => kindOfWord(value, of));
  return kinds.some((kind) => kind === 'none' || kind === 'return') && share >= (of === 'status' ? 0.2 : 0.4);
}

/** The share of lines whose type or status is a known word. */
function knownShare({ values, filled }: ColumnEvidence, of: 'type' | 'status'): number {
  let known = 0;
  for (const [value, count] of values) if (kindOfWord(value, of) !== undefined) known += count;
  return filled === 0 ? 0 : known / filled;
}

function addByContent(sample: InspectionSample, proposed: ProposedColumns): void {
  const taken = new Set(Object.values(proposed).map(({ column }) => column));
  const free = sample.columns.filter((column) => !taken.has(column) && column.filled > 0);
  const only = (fits: (column: ColumnEvidence) => boolean): Proposed | undefined => {
    const [column, ...more] = free.filter(fits);
    return column && more.length === 0 ? { column, confidence: BY_CONTENT } : undefined;
  };
  proposed.date ??= only(
    (column) =>
      column.holdsDates &&
      (column.dates.undecided > 0 || column.dates.forms.size > 0) &&
      !plainNumbers(column),
  );
  if (!proposed.sku && !proposed.name) {
    const found = only((column) => column.holdsTexts && !column.holdsLists);
    if (found) proposed.name = found;
  }
  proposed.units ??= only(
    (column) =>
      column.holdsNumbers &&
      !column.holdsDates &&
      column.numbers.fractions === 0 &&
      column.numbers.money === 0 &&
      !NOT_UNITS.test(column.title),
  );
}

function plainNumbers({ holdsNumbers }: ColumnEvidence): boolean {
  return holdsNumbers;
}
