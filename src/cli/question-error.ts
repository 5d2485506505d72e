import { ForecastError } from '../errors.js';
import type { CsvQuestion } from '../panel/csv/index.js';

const FLAGS: Readonly<Record<CsvQuestion['code'], (column: string, value: string) => string>> = {
  'date-order': (_, value) => `--date-format ${value}`,
  decimal: (_, value) => `--decimal ${value === ',' ? 'comma' : 'point'}`,
  'time-zone': (_, value) => `--time-zone ${value}`,
  overlap: (_, value) => `--overlap ${value}`,
  encoding: (_, value) => `--encoding ${value}`,
  'missing-column': (column, value) =>
    `--column ${column === 'productId' ? 'product' : column}=${quoted(value)}`,
};

/** The flag that answers a question with a value. */
export function flagFor({ code, column }: CsvQuestion, value: string): string {
  return FLAGS[code](column, value);
}

/** The error for an open question, with the flags that answer it. */
export function questionError(question: CsvQuestion): ForecastError {
  const { id, message, choices, code, column } = question;
  const listed = choices.slice(0, 12).map(({ value, label }) => {
    return `  ${flagFor(question, value)}${label === value ? '' : `   ${label}`}`;
  });
  const none = choices.length === 0 ? [`  ${FLAGS[code](column, 'NAME')}`] : [];
  return new ForecastError('invalid-data', message, {
    path: [id],
    hint: ['Answer with one of:', ...listed, ...none].join('\n'),
  });
}

function quoted(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : `"${value}"`;
}
