import { inspectSalesCsv, type OpenCsvOptions, openSalesCsv } from '../../../../src/panel/csv/index.js';

/** An export as a program writes it, and what is right. */
export interface ExportCase {
  /** The known export that it is recognised as, if it is one. */
  readonly profile?: string;
  readonly text: string | Uint8Array;
  readonly options?: OpenCsvOptions;
  /** Ids of all questions; those without an assumed answer leave the file unread. */
  readonly questions?: readonly string[];
  readonly rows: number;
  readonly units: Readonly<Record<string, number>>;
  readonly days?: readonly string[];
  readonly revenue?: number;
}

/** What became of an export. */
export interface ReadExport {
  readonly profile: string | undefined;
  readonly questions: readonly string[];
  readonly rows: number;
  readonly units: Readonly<Record<string, number>>;
  readonly days: readonly string[];
  readonly revenue: number;
}

export const lines = (...all: string[]) => `${all.join('\n')}\n`;
/** Lines as Windows writes them. */
export const windowsLines = (...all: string[]) => `${all.join('\r\n')}\r\n`;
/** Bytes of Windows-1252, of letters of Latin-1 and the euro sign. */
export const windows1252 = (text: string) =>
  Uint8Array.from(text, (letter) => (letter === '\u20ac' ? 0x80 : letter.charCodeAt(0)));

export async function readExport({ text, options = {} }: ExportCase): Promise<ReadExport> {
  const inspection = await inspectSalesCsv(text, options);
  const { profile } = inspection;
  const questions = inspection.questions.map(({ id }) => id);
  const units: Record<string, number> = {};
  const days = new Set<string>();
  let rows = 0;
  let revenue = 0;
  if (inspection.questions.every(({ assumed }) => assumed !== undefined)) {
    const { sales } = await openSalesCsv(text, options);
    for await (const record of sales) {
      rows++;
      revenue += record.revenue ?? 0;
      units[record.productId] = (units[record.productId] ?? 0) + record.units;
      days.add(String(record.date));
    }
  }
  return { profile, questions, rows, units, days: [...days].sort(), revenue };
}
