import type { SalesCsvInspection } from '../panel/csv/index.js';
import { describeMapping } from './describe-mapping.js';
import { cut, textTable } from './text-table.js';

/** Formats the findings about a file as lines for a terminal. */
export function inspectReport({
  profile,
  mapping,
  dialect,
  sample,
  questions,
  findings,
  lines,
}: SalesCsvInspection): string {
  const { delimiter, encoding, headerLine, decimal, dateFormat } = dialect;
  const where = (mapping.where ?? []).map(({ column }) => column);
  return [
    `Export:   ${profile ?? 'unknown; read by the names of its columns'}`,
    `Table:    header in line ${headerLine}, separated by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`}, ${encoding}`,
    `Columns:  ${cut(describeMapping(mapping))}`,
    `Numbers:  decimal ${decimal === ',' ? 'comma' : 'point'}`,
    `Dates:    ${dateFormat === '' ? 'undecided' : dateFormat}${mapping.timeZone === undefined ? '' : `, days ${mapping.timeZone}`}`,
    ...(where.length > 0 ? [`Sales:    selected by ${where.join(', ')}`] : []),
    '',
    `The first of ${lines} lines:`,
    ...textTable(
      [
        { title: 'Day' },
        { title: 'Product', maxWidth: 40 },
        { title: 'Category', maxWidth: 24 },
        { title: 'Units', align: 'right' },
      ],
      sample.map(({ date, productId, category, units }) => [
        String(date),
        productId,
        category ?? '',
        String(units),
      ]),
    ),
    ...findings.flatMap(({ count, unit, message, examples: [example] }) => [
      '',
      `${count} ${unit}: ${message}.`,
      ...(example ? [`  ${cut(`${example.path.join(' ')}: ${example.message}`, 96)}`] : []),
    ]),
    ...questions.flatMap(({ id, message, choices, assumed }) => [
      '',
      `${assumed === undefined ? 'OPEN' : 'Assumed'} ${id}: ${message}${assumed === undefined ? '' : ` (${assumed})`}`,
      ...choices.map(({ value, label }) => `  ${value}${value === label ? '' : `: ${label}`}`),
    ]),
    '',
  ].join('\n');
}
