import { type ColumnRole, rolesOf } from './csv-words.js';
import { dateShape } from './date-shapes.js';
import { splitTime } from './date-times.js';
import { profileOf } from './export-profile.js';

const POINTS: Partial<Record<ColumnRole, number>> = { date: 3, units: 3, sku: 3, name: 3 };

/** Scores a line by the kinds of columns that it names; 0 for a line of data or a title. */
export function scoreHeader(fields: readonly string[]): number {
  const filled = fields.filter((field) => field.trim() !== '');
  if (filled.length < 2) return 0;
  const roles = new Set<ColumnRole>();
  for (const field of filled) for (const { role } of rolesOf(field)) roles.add(role);
  let points = 0;
  for (const role of roles) points += POINTS[role] ?? 1;
  points -= 5 * filled.filter(isValue).length;
  if (points > 0 && profileOf(fields)) points += 20;
  return Math.max(0, points);
}

/** Tells whether the line that would be the header holds values, so that the file has no header. */
export function isData(header: readonly string[]): boolean {
  const values = header.filter((field) => isValue(field)).length;
  return values >= 2 && values * 2 >= header.filter((field) => field !== '').length;
}

function isValue(field: string): boolean {
  const text = field.trim();
  if (!/\d/.test(text)) return false;
  if (/^[-+(]?[\p{Sc}]?\s?[\d.,]+\)?$/u.test(text)) return true;
  const { date, time } = splitTime(text);
  return dateShape(date, time !== undefined) !== undefined;
}
