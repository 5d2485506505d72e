import { isDeepStrictEqual } from 'node:util';
import { type ExportCase, readExport } from './export-case.js';
import { KNOWN_EXPORTS } from './known-exports.js';
import { OTHER_EXPORTS } from './other-exports.js';

/**
 * Prints exports and how they are read: the recognised format, the open questions, the rows, and
 * whether units, days and revenue are right.
 *
 * npx tsx test/panel/csv/exports/print-table.ts
 */
const isRight = ({ units, days, revenue }: ExportCase, read: Awaited<ReturnType<typeof readExport>>) =>
  isDeepStrictEqual(units, read.units) &&
  (days === undefined || isDeepStrictEqual(days, read.days)) &&
  (revenue === undefined || Math.abs(revenue - read.revenue) < 1e-6);

const rows = [];
for (const [name, right] of Object.entries({ ...KNOWN_EXPORTS, ...OTHER_EXPORTS })) {
  const read = await readExport(right);
  rows.push({
    export: name,
    recognised: read.profile ?? 'by its columns',
    questions: read.questions.join(', '),
    rows: `${read.rows} of ${right.rows}`,
    'units right': isRight(right, read),
  });
}
console.table(rows);
