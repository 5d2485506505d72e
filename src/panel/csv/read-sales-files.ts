import { ForecastError } from '../../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { FindingCollector } from '../data-report.js';
import { nextOrAbort } from '../record-source.js';
import type { DailyRecord } from '../sales-record.js';
import { type CsvOptions, resolveCsvOptions } from './csv-options.js';
import type { CsvQuestion } from './csv-questions.js';
import type { CsvInput } from './csv-source.js';
import { readBatches, recordSource, type SalesCsv } from './read-sales-csv.js';
import { pathOf } from './sales-lines.js';
import { type CsvOverlap, isSameSales, SeenLines } from './seen-lines.js';

/** One of several files of sales, with the options for reading it. */
export interface SalesCsvFile extends Omit<CsvOptions, keyof LongCallOptions | 'maxExamples'> {
  /** Name of the file in findings and errors. */
  readonly name: string;
  readonly input: CsvInput | (() => CsvInput);
}

/** Options for reading several files as one. */
export interface CsvFilesOptions extends LongCallOptions {
  /**
   * Sales that are in several files: `once` counts the sales of a product on a day in the last file that has
   * them, `add` counts all. Default: a line with an order number or an id of its own counts once; other sales
   * on common days are added with a finding, unless most of them are the same in both files, which is a
   * question.
   */
  readonly overlap?: CsvOverlap;
  /** Examples kept for each finding of the report. Default 5. */
  readonly maxExamples?: number;
}

const CSV_FILES_OPTIONS: OptionTable<CsvFilesOptions> = { overlap: 1, maxExamples: 1, ...LONG_CALL_OPTIONS };

/**
 * Reads several exports as one, such as those of January to March and of March to May: sales that are in two of
 * them count once. The last file is read first, as a later export has the later state of an order.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 * import { readSalesCsvFiles } from 'commerce-forecast/csv';
 *
 * const header = 'order id,date,product id,units\n';
 * const sales = readSalesCsvFiles([
 *   { name: 'spring.csv', input: `${header}7,2026-03-31,MUG,2\n`, order: 'order id' },
 *   { name: 'summer.csv', input: `${header}7,2026-03-31,MUG,2\n8,2026-04-01,MUG,1\n`, order: 'order id' },
 * ]);
 * const { panel } = await buildPanel(sales); // 2 and 1 units
 * ```
 *
 * @throws ForecastError as `readSalesCsv` does; while reading: `invalid-data` with the path `overlap` if files
 *   without order numbers hold the same sales, and `overlap` does not say how they count.
 */
export function readSalesCsvFiles(files: readonly SalesCsvFile[], options: CsvFilesOptions = {}): SalesCsv {
  refuseUnknown(options, CSV_FILES_OPTIONS);
  const { overlap, maxExamples = 5, signal, onProgress } = options;
  if (overlap !== undefined && overlap !== 'once' && overlap !== 'add') {
    throw new ForecastError('invalid-option', `overlap must be once or add, got "${String(overlap)}"`, {
      path: ['overlap'],
    });
  }
  const resolved = files.map(({ name, input, ...rest }) => ({
    name,
    input,
    options: resolveCsvOptions(rest),
  }));
  const rejections = new FindingCollector(maxExamples);
  async function* read(): AsyncGenerator<readonly DailyRecord[], void, void> {
    const seen = files.length > 1 ? new SeenLines(overlap) : undefined;
    let before = 0;
    let size = 0;
    const report: LongCallOptions['onProgress'] = (progress) => {
      size = progress.done;
      onProgress?.({ ...progress, done: before + size });
    };
    for (const file of [...resolved].reverse()) {
      const { name } = file;
      seen?.beginFile();
      const input = typeof file.input === 'function' ? file.input() : file.input;
      yield* readBatches(input, file.options, rejections, {
        onProgress: report,
        seen,
        file: files.length > 1 ? name : undefined,
      });
      before += size;
      if (seen) judgeOverlap(seen, name, rejections);
    }
  }
  return recordSource(rejections, () => nextOrAbort(read(), signal));
}

function judgeOverlap(seen: SeenLines, name: string, findings: FindingCollector): void {
  const { facts } = seen;
  if (facts.lines === 0) return;
  if (isSameSales(facts)) {
    const { message, choices } = overlapQuestion(name, facts.same, facts.lines);
    throw new ForecastError('invalid-data', message, {
      path: ['overlap'],
      hint: `Set overlap (--overlap on the command line) to one of: ${choices.map(({ value, label }) => `${value} (${label})`).join('; ')}`,
    });
  }
  findings.add(
    'overlap',
    () => ({ path: pathOf(name), message: `${facts.same} of them are the same` }),
    0,
    facts.lines,
  );
}

/** The question whether files without order numbers hold the same sales. */
export function overlapQuestion(name: string, same: number, lines: number): CsvQuestion {
  return {
    code: 'overlap',
    id: 'overlap',
    column: name,
    message: `${same} of ${lines} lines of ${name} are also in another file, on the same days: are they the same sales?`,
    choices: [
      { value: 'once', label: 'yes: each product and day counts in the last file that has it' },
      { value: 'add', label: 'no: they are of several shops, and all count' },
    ],
  };
}
