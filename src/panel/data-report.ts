import type { ErrorPath } from '../errors.js';
import { FINDING_KINDS, type FindingCode, type RejectionReason, type Severity } from './finding-kinds.js';

/** Place of a finding, and the value found there. */
export interface FindingExample {
  /** Such as `['row', 12, 'units']` or `['series', 'SKU-1', '2024-03-01']`; rows count from 1. */
  readonly path: ErrorPath;
  readonly message: string;
  /** Row of the input from which it comes, where known, such as `['line', 812]` or `['file', 'may.csv', 'line', 812]`. */
  readonly source?: ErrorPath;
}

/** One kind of finding in the data, with what was done about it. */
export interface DataFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Number of `unit`s that were found. */
  readonly count: number;
  /** Unit of the count: rows, days, series, columns. */
  readonly unit: 'rows' | 'days' | 'series' | 'columns';
  /** Sum of the change in units sold (or in revenue, for revenue findings); 0 where nothing was changed. */
  readonly amount: number;
  /** Meaning of the finding, and what was done. */
  readonly message: string;
  /** The first few places. */
  readonly examples: readonly FindingExample[];
  /** Number of further places; a place may represent several days or rows. */
  readonly omitted: number;
}

/** Account of the units: `accepted + floored + spread + blanked + bounded + winsorised = panel`, up to rounding. */
export interface UnitsLedger {
  /** Sum over the accepted rows. */
  readonly accepted: number;
  /** Added by setting days with a negative total to zero; 0 or positive. */
  readonly floored: number;
  /** Weekly and monthly records spread over days that lie outside the panel; 0 or negative. */
  readonly spread: number;
  /** Change by making days out of stock missing; 0 or negative. */
  readonly blanked: number;
  /** Change by bounding giant orders in what is learnt from; 0 or negative. */
  readonly bounded: number;
  /** Change by winsorising outliers. */
  readonly winsorised: number;
  /** Sum over the panel. */
  readonly panel: number;
}

/** Account of what was read, what was left out and why, and what was changed. */
export interface DataReport {
  /** Rows of the input; every one is either accepted or rejected for one reason. */
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Rows by reason of rejection; reasons that did not occur are absent. */
  readonly rejectedBy: Readonly<Partial<Record<RejectionReason, number>>>;
  readonly units: UnitsLedger;
  readonly series: number;
  readonly categories: number;
  /** ISO dates of the first and the last day of the panel. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Errors first, then warnings, then information. */
  readonly findings: readonly DataFinding[];
}

interface Found {
  count: number;
  amount: number;
  places: number;
  examples: FindingExample[];
}

/** Collects findings as they are met: counts all, keeps the first few as examples. */
export class FindingCollector {
  private readonly found = new Map<FindingCode, Found>();

  constructor(private readonly maxExamples: number) {}

  /** Counts a finding; the example is made only if it is among the first few. */
  add(code: FindingCode, example: () => FindingExample, amount = 0, count = 1): void {
    let entry = this.found.get(code);
    if (!entry) this.found.set(code, (entry = { count: 0, amount: 0, places: 0, examples: [] }));
    entry.count += count;
    entry.amount += amount;
    entry.places++;
    if (entry.examples.length < this.maxExamples) entry.examples.push(example());
  }

  count(code: FindingCode): number {
    return this.found.get(code)?.count ?? 0;
  }

  amount(code: FindingCode): number {
    return this.found.get(code)?.amount ?? 0;
  }

  /** A collector that starts with what this one has found, and leaves this one as it is. */
  copy(): FindingCollector {
    const copy = new FindingCollector(this.maxExamples);
    copy.merge(this);
    return copy;
  }

  /** Adds what another collector has found. */
  merge(other: FindingCollector): void {
    for (const [code, { count, amount, places, examples }] of other.found) {
      const entry = this.found.get(code) ?? { count: 0, amount: 0, places: 0, examples: [] };
      this.found.set(code, {
        count: entry.count + count,
        amount: entry.amount + amount,
        places: entry.places + places,
        examples: [...entry.examples, ...examples].slice(0, this.maxExamples),
      });
    }
  }

  /** Number of rows that were left out for any reason. */
  rejectedRows(): number {
    return Object.values(this.rejectedBy()).reduce((sum, count) => sum + count, 0);
  }

  rejectedBy(): Partial<Record<RejectionReason, number>> {
    const counts: Partial<Record<RejectionReason, number>> = {};
    for (const [code, { count }] of this.found) {
      if (FINDING_KINDS[code].rejects) counts[code as RejectionReason] = count;
    }
    return counts;
  }

  /** All findings in the fixed order of their kinds, which puts the gravest first. */
  findings(): DataFinding[] {
    return (Object.keys(FINDING_KINDS) as FindingCode[]).flatMap((code) => {
      const entry = this.found.get(code);
      if (!entry) return [];
      const { severity, unit, message } = FINDING_KINDS[code];
      const { count, amount, places, examples } = entry;
      const omitted = places - examples.length;
      return [{ code, severity, count, unit, amount, message, examples: [...examples], omitted }];
    });
  }
}
